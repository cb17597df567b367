import { Controller, Get } from '@nestjs/common';
import {
  type AffectedMachine,
  affectedMachinePageSchema,
  affectedMachineQuerySchema,
  type Fingerprint,
  fingerprintPageSchema,
  type FingerprintQuery,
  fingerprintQuerySchema,
  fingerprintSchema,
  type Overview,
  overviewSchema,
  type Page,
} from '@fleetmend/dashboard-api';
import type * as z from 'zod';
import { Documented, ValidParam, ValidQuery } from '../../platform/http';
import { FingerprintsService } from './fingerprints.service';

@Controller()
export class FingerprintsController {
  constructor(private readonly fingerprints: FingerprintsService) {}

  @Get('overview')
  @Documented({ summary: 'The fleet in a few numbers', answer: overviewSchema })
  overview(): Promise<Overview> {
    return this.fingerprints.overview();
  }

  @Get('fingerprints')
  @Documented({
    summary: 'Failures, grouped by what makes them the same',
    answer: fingerprintPageSchema,
  })
  page(@ValidQuery(fingerprintQuerySchema) query: FingerprintQuery): Promise<Page<Fingerprint>> {
    return this.fingerprints.page(query);
  }

  @Get('fingerprints/:id')
  @Documented({ summary: 'One fingerprint', answer: fingerprintSchema })
  find(@ValidParam('id') id: string): Promise<Fingerprint> {
    return this.fingerprints.find(id);
  }

  @Get('fingerprints/:id/machines')
  @Documented({ summary: 'Who has or had it, last seen first', answer: affectedMachinePageSchema })
  affected(
    @ValidParam('id') id: string,
    @ValidQuery(affectedMachineQuerySchema) query: z.infer<typeof affectedMachineQuerySchema>,
  ): Promise<Page<AffectedMachine>> {
    return this.fingerprints.affected(id, query);
  }
}
