import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import {
  type ResolveNamesAnswer,
  resolveNamesAnswerSchema,
  resolveNamesRequestSchema,
} from '@fleetmend/dashboard-api';
import { Api } from '../../../api/api';
import { toApiError } from '../../../api/api-error';
import { elementId } from '../../../design/control-problem';
import { FormProblem } from '../../../design/form-problem';
import { CampaignDraft } from '../campaign-draft';
import { MachineNames } from '../machine-names';

/** So many unknown names are listed. */
const LISTED = 100;

/** A list of host names, typed, pasted or from a file, and which machines they are. */
@Component({
  selector: 'fm-names-source',
  imports: [FormProblem, MatButton],
  templateUrl: './names-source.html',
  styleUrl: './names-source.scss',
})
export class NamesSource {
  readonly #api = inject(Api);
  readonly #names = inject(MachineNames);
  protected readonly draft = inject(CampaignDraft);
  protected readonly id = elementId();
  protected readonly busy = signal(false);
  protected readonly problem = signal<string | null>(null);
  protected readonly answer = signal<ResolveNamesAnswer | null>(null);
  protected readonly text = computed(() => this.draft.plan().targets.names);
  /** Names that are no single machine, as far as they are listed. */
  protected readonly wrong = computed(() =>
    (this.answer()?.names ?? []).filter(({ result }) => result !== 'machine').slice(0, LISTED),
  );
  protected readonly more = computed(() => {
    const answer = this.answer();
    return answer === null ? 0 : answer.unknown + answer.ambiguous - this.wrong().length;
  });

  /** "2 machines found, 1 name unknown." */
  protected words({ machineIds, unknown, ambiguous }: ResolveNamesAnswer): string {
    const count = (number: number, one: string): string =>
      `${number.toLocaleString('en')} ${number === 1 ? one : `${one}s`}`;
    return [
      `${count(machineIds.length, 'machine')} found`,
      ...(unknown > 0 ? [`${count(unknown, 'name')} unknown`] : []),
      ...(ambiguous > 0 ? [`${count(ambiguous, 'name')} ambiguous`] : []),
    ].join(', ');
  }

  protected type(names: string): void {
    this.answer.set(null);
    this.draft.changeTargets({ names, named: null });
  }

  protected async read(input: HTMLInputElement): Promise<void> {
    const file = input.files?.[0];
    if (file === undefined) return;
    const text = await file.text();
    // The same file can be chosen again after it was changed.
    input.value = '';
    this.type(text);
    await this.lookUp();
  }

  protected async lookUp(): Promise<void> {
    const names = this.text();
    const body = resolveNamesRequestSchema.safeParse({ text: names });
    if (!body.success) {
      this.problem.set(
        names.trim() === ''
          ? 'Type or paste at least one name.'
          : 'The list is too long: 10,000 names at most.',
      );
      return;
    }
    this.busy.set(true);
    this.problem.set(null);
    try {
      const answer = await this.#api.post(
        '/machines/resolve-names',
        body.data,
        resolveNamesAnswerSchema,
      );
      // Somebody typed on meanwhile.
      if (this.text() !== names) return;
      this.answer.set(answer);
      this.#names.learn(
        answer.names.flatMap((each) =>
          each.result === 'machine' ? [{ machineId: each.machineId, hostname: each.name }] : [],
        ),
      );
      this.draft.changeTargets({ named: answer.machineIds });
    } catch (error) {
      this.problem.set(toApiError(error).message);
    } finally {
      this.busy.set(false);
    }
  }
}
