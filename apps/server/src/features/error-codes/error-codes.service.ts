import { Injectable } from '@nestjs/common';
import type { ErrorCode } from '@fleetmend/dashboard-api';
import { normaliseErrorCode } from '@fleetmend/domain';
import { lookUpErrorCode } from '@fleetmend/domain/catalogue';
import { notFound } from '../../platform/errors';

/** What the catalogue knows. */
@Injectable()
export class ErrorCodesService {
  /** @throws `not-found` for what is no code at all; a code that nobody knows is answered, with nothing known. */
  find(spelling: string): ErrorCode {
    const code = normaliseErrorCode(spelling);
    if (code === undefined) throw notFound('error code');
    const entry = lookUpErrorCode(code);
    return {
      code,
      symbol: entry?.symbol === '' ? null : (entry?.symbol ?? null),
      message: entry?.message ?? null,
      family: entry?.family ?? null,
      remedy: entry === undefined || entry.remedy === 'none' ? null : entry.remedy,
    };
  }
}
