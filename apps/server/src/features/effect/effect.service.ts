import { Inject, Injectable } from '@nestjs/common';
import type { FingerprintEffect, PlaybookEffect } from '@fleetmend/dashboard-api';
import { effectivenessOf, findPlaybook, type Measured, measuredOf } from '@fleetmend/domain';
import { Clock } from '../../platform/clock';
import { CONFIG, type Config } from '../../platform/config';
import { Database, type Queryable } from '../../platform/database';
import { notFound } from '../../platform/errors';
import { EFFECT_METHOD, PLAYBOOK_METHOD, toEffectRows, toHoldCurve } from './effect.mapper';
import { EffectivenessRepository } from './effectiveness.repository';
import { HoldTimesRepository } from './hold-times.repository';

/** Own results by playbook. */
export type MeasuredPlaybooks = ReadonlyMap<string, Measured>;

/** What own runs say: which playbook helps against what, how often, and for how long. */
@Injectable()
export class EffectService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly effectiveness: EffectivenessRepository,
    private readonly holdTimes: HoldTimesRepository,
    @Inject(CONFIG) private readonly config: Pick<Config, 'watchDays'>,
  ) {}

  /** What is measured of each playbook against each of these fingerprints; fingerprints without results are left out. */
  async measured(
    database: Queryable,
    fingerprintIds: readonly string[],
  ): Promise<ReadonlyMap<string, MeasuredPlaybooks>> {
    if (fingerprintIds.length === 0) return new Map();
    const tallies = await this.effectiveness.tallies(database, fingerprintIds);
    const result = new Map<string, Map<string, Measured>>();
    for (const [fingerprintId, ofFingerprint] of Map.groupBy(tallies, (one) => one.fingerprintId)) {
      const measured = new Map<string, Measured>();
      for (const [playbook, own] of Map.groupBy(ofFingerprint, (one) => one.playbook)) {
        const found = measuredOf(own, findPlaybook(playbook)?.version);
        if (found) measured.set(playbook, found);
      }
      result.set(fingerprintId, measured);
    }
    return result;
  }

  async ofFingerprint(id: string): Promise<FingerprintEffect> {
    const kind = await this.effectiveness.kindOf(this.database, id);
    if (!kind) throw notFound('fingerprint');
    const { watchDays } = this.config;
    const watch = { now: this.clock.now(), days: watchDays };
    const [own, ofKind, times] = await Promise.all([
      this.effectiveness.ofFingerprint(this.database, id),
      this.effectiveness.ofKind(this.database, id),
      this.holdTimes.ofFingerprint(this.database, id, watch),
    ]);
    return {
      playbooks: toEffectRows(own),
      kind: { ...kind, playbooks: toEffectRows(ofKind) },
      hold: toHoldCurve(times, watchDays),
      method: EFFECT_METHOD,
    };
  }

  async ofPlaybooks(): Promise<PlaybookEffect> {
    const counts = await this.effectiveness.ofPlaybooks(this.database);
    const items = [...Map.groupBy(counts, ({ playbook }) => playbook)].map(
      ([playbook, versions]) => {
        const helped = versions.reduce((sum, each) => sum + each.helped, 0);
        const decided = versions.reduce((sum, each) => sum + each.decided, 0);
        return {
          playbook,
          ...effectivenessOf(helped, decided),
          versions: toEffectRows(versions),
        };
      },
    );
    return { items, method: PLAYBOOK_METHOD };
  }
}
