import { Controller, Post, Req } from '@nestjs/common';
import {
  type EnrolmentRequest,
  enrolmentRequestSchema,
  type EnrolmentResponse,
  enrolmentResponseSchema,
} from '@fleetmend/client-protocol';
import type { Request } from 'express';
import { Documented, Public, ValidBody } from '../../platform/http';
import { EnrolmentService } from './enrolment.service';

@Controller('enrolments')
export class EnrolmentController {
  constructor(private readonly enrolment: EnrolmentService) {}

  @Post()
  @Public()
  @Documented({
    summary: 'For clients: enrols a machine with a token and its public key',
    answer: enrolmentResponseSchema,
    status: 201,
  })
  enrol(
    @ValidBody(enrolmentRequestSchema) given: EnrolmentRequest,
    @Req() request: Request,
  ): Promise<EnrolmentResponse> {
    return this.enrolment.enrol(given, request.ip ?? '');
  }
}
