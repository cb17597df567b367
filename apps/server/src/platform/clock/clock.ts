import { Injectable } from '@nestjs/common';

/** What time it is. Everything that asks the time asks here, so that tests can say it. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}
