import { Injectable, computed, inject, signal } from '@angular/core';
import type { Problem } from '../../api/api-error';
import { CampaignDraft } from './campaign-draft';
import { PlanPreview } from './plan-preview';
import { sentence } from './sentence';
import { type WizardStep, WIZARD_STEPS, stepOf } from './wizard-step';

/**
 * What is wrong with the plan, for the fields it is said of: by the contract at once, by the server with the preview.
 * A field speaks up when it was left, or its page was.
 */
@Injectable()
export class PlanProblems {
  readonly #draft = inject(CampaignDraft);
  readonly #preview = inject(PlanPreview);
  readonly #touched = signal<ReadonlySet<string>>(new Set());
  readonly #checked = signal<ReadonlySet<WizardStep>>(new Set());

  /** Everything that keeps the plan from being saved. */
  readonly all = computed((): readonly Problem[] => {
    const { problems, plan } = this.#draft.parsed();
    if (plan === null) return problems;
    // What the server said of an older plan may be mended already.
    const told = this.#preview.current() ? this.#preview.value()?.problems : undefined;
    return (this.#preview.error()?.problems ?? told ?? []).map(({ path, message }) => ({
      path: path.replace(/^plan\./, ''),
      message: sentence(message),
    }));
  });
  /** The same, page by page; pages without problems are missing. */
  readonly byStep = computed(() =>
    WIZARD_STEPS.map((step) => ({
      step,
      problems: this.all().filter(({ path }) => stepOf(path) === step),
    })).filter(({ problems }) => problems.length > 0),
  );

  /** What is to be said at the field with this path; of lists and objects also what is wrong within. */
  at(path: string, within = false): string | null {
    const shown = this.#touched().has(path) || this.#checked().has(stepOf(path));
    if (!shown) return null;
    const found = this.all().filter(
      (problem) => problem.path === path || (within && problem.path.startsWith(`${path}.`)),
    );
    return found.length === 0 ? null : found.map(({ message }) => message).join(' ');
  }

  /** How many there are on a page that was looked at. */
  countOn(step: WizardStep): number {
    if (!this.#checked().has(step)) return 0;
    return this.byStep().find((each) => each.step === step)?.problems.length ?? 0;
  }

  touch(path: string): void {
    if (this.#touched().has(path)) return;
    this.#touched.update((paths) => new Set([...paths, path]));
  }

  /** The page was left: all of it speaks up from now on. */
  check(step: WizardStep): void {
    this.#checked.update((steps) => new Set([...steps, step]));
  }

  checkAll(): void {
    this.#checked.set(new Set(WIZARD_STEPS));
  }
}
