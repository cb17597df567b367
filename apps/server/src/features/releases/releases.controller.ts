import { Controller, Delete, Get, HttpCode, Post, Put, Req } from '@nestjs/common';
import {
  type ClientVersions,
  clientVersionsSchema,
  type MachineUpdate,
  machineUpdatePageSchema,
  type MachineUpdateQuery,
  machineUpdateQuerySchema,
  type NewRelease,
  newReleaseSchema,
  type Page,
  type Release,
  releaseListSchema,
  releaseSchema,
  type Rollout,
  rolloutSchema,
} from '@fleetmend/dashboard-api';
import type { Request } from 'express';
import {
  type Actor,
  CurrentActor,
  Documented,
  NeedsRole,
  ValidBody,
  ValidParam,
  ValidQuery,
} from '../../platform/http';
import { ReleasesService } from './releases.service';

@Controller('releases')
@NeedsRole('administrator')
export class ReleasesController {
  constructor(private readonly releases: ReleasesService) {}

  @Get()
  @Documented({
    summary: 'All releases of the client, the newest version first',
    answer: releaseListSchema,
  })
  list(): Promise<{ items: Release[] }> {
    return this.releases.list();
  }

  @Get('versions')
  @Documented({ summary: 'How many machines run which client', answer: clientVersionsSchema })
  versions(): Promise<ClientVersions> {
    return this.releases.versions();
  }

  @Post()
  @Documented({
    summary: 'Adds a release by the manifest that its publisher signed',
    answer: releaseSchema,
    status: 201,
  })
  create(
    @CurrentActor() actor: Actor,
    @ValidBody(newReleaseSchema) given: NewRelease,
  ): Promise<Release> {
    return this.releases.create(actor, given);
  }

  @Put(':id/executable')
  @Documented({
    summary: 'Uploads the executable of a release, as the body (application/octet-stream)',
    answer: releaseSchema,
  })
  upload(
    @CurrentActor() actor: Actor,
    @ValidParam('id') id: string,
    @Req() request: Request,
  ): Promise<Release> {
    return this.releases.receive(actor, id, request);
  }

  @Put(':id/rollout')
  @Documented({ summary: 'Says who is offered a release from now on', answer: releaseSchema })
  rollOut(
    @CurrentActor() actor: Actor,
    @ValidParam('id') id: string,
    @ValidBody(rolloutSchema) rollout: Rollout,
  ): Promise<Release> {
    return this.releases.rollOut(actor, id, rollout);
  }

  @Post(':id/halt')
  @HttpCode(200)
  @Documented({
    summary: 'Halts a rollout: nobody gets the release any more, downloads end',
    answer: releaseSchema,
  })
  halt(@CurrentActor() actor: Actor, @ValidParam('id') id: string): Promise<Release> {
    return this.releases.halt(actor, id);
  }

  @Delete(':id')
  @HttpCode(204)
  @Documented({ summary: 'Removes a release that no machine was ever offered' })
  remove(@CurrentActor() actor: Actor, @ValidParam('id') id: string): Promise<void> {
    return this.releases.remove(actor, id);
  }

  @Get(':id/machines')
  @Documented({
    summary: 'How machines fare with a release, what changed last first',
    answer: machineUpdatePageSchema,
  })
  machines(
    @ValidParam('id') id: string,
    @ValidQuery(machineUpdateQuerySchema) query: MachineUpdateQuery,
  ): Promise<Page<MachineUpdate>> {
    return this.releases.machines(id, query);
  }
}
