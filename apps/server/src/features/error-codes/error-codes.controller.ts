import { Controller, Get } from '@nestjs/common';
import { type ErrorCode, errorCodeSchema } from '@fleetmend/dashboard-api';
import * as z from 'zod';
import { Documented, ValidParam } from '../../platform/http';
import { ErrorCodesService } from './error-codes.service';

@Controller('error-codes')
export class ErrorCodesController {
  constructor(private readonly errorCodes: ErrorCodesService) {}

  @Get(':code')
  @Documented({
    summary: 'What is known of an error code, in any spelling',
    answer: errorCodeSchema,
  })
  find(@ValidParam('code', z.string().max(40)) code: string): ErrorCode {
    return this.errorCodes.find(code);
  }
}
