import { Module } from '@nestjs/common';
import { OrderSignerModule } from '../enrolment';
import { MachinesModule } from '../machines';
import { ReleasesModule } from '../releases';
import { ReportsModule } from '../reports';
import { RunsModule } from '../runs';
import { ClientUpdatesController } from './client-updates.controller';
import { ConnectionsService } from './connections.service';
import { HandshakesService } from './handshakes.service';
import { Identities } from './identities';
import { KeyGuardService } from './key-guard.service';
import { LostNodes } from './lost-nodes';
import { MachinesGateway } from './machines.gateway';
import { MessagesService } from './messages.service';
import { Presence } from './presence';
import { UsedProofs } from './used-proofs';
import { UsedProofsRepository } from './used-proofs.repository';

@Module({
  imports: [MachinesModule, OrderSignerModule, ReleasesModule, ReportsModule, RunsModule],
  controllers: [ClientUpdatesController],
  providers: [
    ConnectionsService,
    HandshakesService,
    Identities,
    KeyGuardService,
    LostNodes,
    MachinesGateway,
    MessagesService,
    Presence,
    UsedProofs,
    UsedProofsRepository,
  ],
  exports: [ConnectionsService, HandshakesService, KeyGuardService],
})
export class ConnectionsModule {}
