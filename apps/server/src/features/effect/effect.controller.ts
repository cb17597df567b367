import { Controller, Get } from '@nestjs/common';
import {
  type FingerprintEffect,
  fingerprintEffectSchema,
  type PlaybookEffect,
  playbookEffectSchema,
} from '@fleetmend/dashboard-api';
import { Documented, ValidParam } from '../../platform/http';
import { EffectService } from './effect.service';

@Controller()
export class EffectController {
  constructor(private readonly effect: EffectService) {}

  @Get('fingerprints/:id/effect')
  @Documented({
    summary: 'What has helped against a failure, how often, and for how long',
    answer: fingerprintEffectSchema,
  })
  ofFingerprint(@ValidParam('id') id: string): Promise<FingerprintEffect> {
    return this.effect.ofFingerprint(id);
  }

  @Get('playbooks/effect')
  @Documented({ summary: 'How often each playbook has helped', answer: playbookEffectSchema })
  ofPlaybooks(): Promise<PlaybookEffect> {
    return this.effect.ofPlaybooks();
  }
}
