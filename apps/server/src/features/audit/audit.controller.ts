import { Controller, Get } from '@nestjs/common';
import {
  type AuditEntry,
  auditPageSchema,
  type AuditQuery,
  auditQuerySchema,
  type Page,
} from '@fleetmend/dashboard-api';
import { Documented, NeedsRole, ValidQuery } from '../../platform/http';
import { AuditService } from './audit.service';

@Controller('audit')
@NeedsRole('administrator')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @Documented({ summary: 'Who did what, newest first', answer: auditPageSchema })
  page(@ValidQuery(auditQuerySchema) query: AuditQuery): Promise<Page<AuditEntry>> {
    return this.audit.page(query);
  }
}
