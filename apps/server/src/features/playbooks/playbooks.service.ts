import { Injectable } from '@nestjs/common';
import type { ParameterQuery } from '@fleetmend/dashboard-api';
import {
  commandScript,
  commandScriptName,
  findScriptable,
  validateParameters,
} from '@fleetmend/domain';
import { notFound, RequestError } from '../../platform/errors';

@Injectable()
export class PlaybooksService {
  /** A playbook as a command file, for Windows that the client can't run on. */
  commandScript(
    name: string,
    given: ParameterQuery,
  ): { readonly name: string; readonly text: string } {
    const playbook = findScriptable(name);
    if (!playbook) throw notFound('playbook that can be had as a command file');
    const checked = validateParameters(playbook, given);
    if (!checked.ok) {
      throw new RequestError('invalid-request', 'The parameters are not valid.', {
        problems: checked.problems.map((message) => ({ path: '', message })),
      });
    }
    return { name: commandScriptName(playbook), text: commandScript(playbook, checked.parameters) };
  }
}
