export { chronicMachines } from './chronic-machines';
export { ChronicService } from './chronic.service';
export { effectMigration } from './effect.migration';
export * from './effect.module';
export { EffectService, type MeasuredPlaybooks } from './effect.service';
export { type BytesEstimate, EstimatesRepository, type RunDuration } from './estimates.repository';
export { HabitsRepository } from './habits.repository';
