import { Module } from '@nestjs/common';
import { AuditModule } from '../audit';
import { SavedFiltersController } from './saved-filters.controller';
import { SavedFiltersRepository } from './saved-filters.repository';
import { SavedFiltersService } from './saved-filters.service';

@Module({
  imports: [AuditModule],
  controllers: [SavedFiltersController],
  providers: [SavedFiltersRepository, SavedFiltersService],
  exports: [SavedFiltersService],
})
export class SavedFiltersModule {}
