import { Controller, HttpCode, Post } from '@nestjs/common';
import {
  type LabelsAnswer,
  labelsAnswerSchema,
  type LabelsRequest,
  labelsRequestSchema,
  type ResolveNamesAnswer,
  resolveNamesAnswerSchema,
  type ResolveNamesRequest,
  resolveNamesRequestSchema,
} from '@fleetmend/dashboard-api';
import { type Actor, CurrentActor, Documented, NeedsRole, ValidBody } from '../../platform/http';
import { MachineLabelsService } from './machine-labels.service';
import { MachineNamesService } from './machine-names.service';

@Controller('machines')
export class MachineLabelsController {
  constructor(
    private readonly labels: MachineLabelsService,
    private readonly names: MachineNamesService,
  ) {}

  @Post('labels')
  @HttpCode(200)
  @NeedsRole('operator')
  @Documented({
    summary: 'Changes tags and site of the selected machines, of all or of none',
    answer: labelsAnswerSchema,
  })
  change(
    @ValidBody(labelsRequestSchema) request: LabelsRequest,
    @CurrentActor() actor: Actor,
  ): Promise<LabelsAnswer> {
    return this.labels.change(request, actor);
  }

  @Post('resolve-names')
  @HttpCode(200)
  @NeedsRole('operator')
  @Documented({
    summary: 'Finds the machines of a list of host names',
    answer: resolveNamesAnswerSchema,
  })
  resolveNames(
    @ValidBody(resolveNamesRequestSchema) { text }: ResolveNamesRequest,
  ): Promise<ResolveNamesAnswer> {
    return this.names.resolve(text);
  }
}
