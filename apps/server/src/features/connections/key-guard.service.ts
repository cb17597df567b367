import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import { Events } from '../../platform/events';
import { HandshakeError } from '../../platform/realtime';
import { ConnectionsService } from './connections.service';
import type { ProvenMachine } from './handshakes.service';
import { KeyUses } from './key-uses';

/** Sees to it that one computer uses a key: a copied one is refused, and told to get a key of its own. */
@Injectable()
export class KeyGuardService {
  private readonly uses = new KeyUses();

  constructor(
    private readonly connections: ConnectionsService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** @throws {HandshakeError} `cloned-key` */
  admit<Proven extends ProvenMachine>(proven: Proven): Proven {
    const { machine, use } = proven;
    const current = this.connections.useOf(machine.id);
    const now = this.clock.now().getTime();
    if (this.uses.admit(machine.id, machine.hints, use, current, now)) return proven;
    this.events.tellNow('key-cloned', { machineId: machine.id });
    throw new HandshakeError('cloned-key');
  }

  /** Whether this start of a client was refused as a copy, not long ago. */
  isKnownCopy(machineId: string, instanceId: string): boolean {
    return this.uses.isClone(machineId, instanceId, this.clock.now().getTime());
  }
}
