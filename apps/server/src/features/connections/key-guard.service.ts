import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import { ClusterNode } from '../../platform/cluster';
import { Events } from '../../platform/events';
import { HandshakeError } from '../../platform/realtime';
import type { MachineIdentity } from '../machines';
import { ConnectionsService } from './connections.service';
import type { ProvenMachine } from './handshakes.service';
import { type KeyUse, KeyUses } from './key-uses';

/** Sees to it that one computer uses a key: a copied one is refused, and told to get a key of its own. */
@Injectable()
export class KeyGuardService implements OnModuleInit {
  private readonly uses = new KeyUses((lesson) => {
    this.events.tellNow('key-contested', lesson);
  });

  constructor(
    private readonly connections: ConnectionsService,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly node: ClusterNode,
  ) {}

  onModuleInit(): void {
    this.events.on('key-contested', (lesson) => {
      this.uses.learn(lesson, this.clock.now().getTime());
    });
  }

  /** @throws {HandshakeError} `cloned-key` */
  admit<Proven extends ProvenMachine>(proven: Proven): Proven {
    const { machine, use } = proven;
    const current = this.connections.useOf(machine.id) ?? this.useElsewhere(machine);
    const now = this.clock.now().getTime();
    if (this.uses.admit(machine.id, machine.hints, use, current, now)) return proven;
    this.events.tellNow('key-cloned', { machineId: machine.id });
    throw new HandshakeError('cloned-key');
  }

  /** Who has the connection of a machine at another server. */
  private useElsewhere({ connectedTo }: MachineIdentity): KeyUse | undefined {
    if (connectedTo === null || !this.node.isOther(connectedTo.nodeId)) return undefined;
    return { instanceId: connectedTo.instanceId ?? undefined, hints: undefined };
  }

  /** Whether this start of a client was refused as a copy, not long ago. */
  isKnownCopy(machineId: string, instanceId: string): boolean {
    return this.uses.isClone(machineId, instanceId, this.clock.now().getTime());
  }
}
