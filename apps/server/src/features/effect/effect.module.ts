import { Module } from '@nestjs/common';
import { JobsModule } from '../../platform/jobs';
import { ChronicRepository } from './chronic.repository';
import { ChronicService } from './chronic.service';
import { EffectController } from './effect.controller';
import { EffectService } from './effect.service';
import { EffectivenessRepository } from './effectiveness.repository';
import { EstimatesRepository } from './estimates.repository';
import { HabitsJob } from './habits-job';
import { HabitsRepository } from './habits.repository';
import { HoldTimesRepository } from './hold-times.repository';

/** Own results. It reads the tables of machines, failures and runs and imports none of their features: they import it. */
@Module({
  imports: [JobsModule],
  controllers: [EffectController],
  providers: [
    ChronicRepository,
    ChronicService,
    EffectService,
    EffectivenessRepository,
    EstimatesRepository,
    HabitsJob,
    HabitsRepository,
    HoldTimesRepository,
  ],
  exports: [ChronicService, EffectService, EstimatesRepository, HabitsRepository],
})
export class EffectModule {}
