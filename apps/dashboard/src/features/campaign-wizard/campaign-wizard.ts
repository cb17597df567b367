import { DecimalPipe, Location } from '@angular/common';
import {
  Component,
  type ElementRef,
  type OnInit,
  computed,
  effect,
  inject,
  input,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Router, RouterLink } from '@angular/router';
import { campaignDetailSchema, idSchema } from '@fleetmend/dashboard-api';
import { mdiAlertCircleOutline, mdiInformationOutline } from '@mdi/js';
import { Api, apiPath } from '../../api/api';
import { SessionState } from '../../api/session-state';
import { snapshot } from '../../api/snapshot';
import { Confirm } from '../../design/confirm-dialog';
import { Icon } from '../../design/icon';
import { LoadState } from '../../design/load-state';
import { Notices } from '../../design/notices';
import { PageHeader } from '../../design/page-header';
import { CampaignDraft } from './campaign-draft';
import { CampaignSaving } from './campaign-saving';
import { Consequences } from './consequences/consequences';
import { MachineNames } from './machine-names';
import { startOf } from './new-campaigns';
import { PlanPreview } from './plan-preview';
import { PlanProblems } from './plan-problems';
import { PlaybookStep } from './playbook/playbook-step';
import { ReviewStep } from './review/review-step';
import { RolloutStep } from './rollout/rollout-step';
import { TargetsStep } from './targets/targets-step';
import { STEP_NAMES, WIZARD_STEPS, type WizardStep } from './wizard-step';

/** Plans a campaign in four pages, and shows all the while what it would do. For new ones and for drafts. */
@Component({
  selector: 'fm-campaign-wizard',
  imports: [
    Consequences,
    DecimalPipe,
    Icon,
    LoadState,
    MatButton,
    PageHeader,
    PlaybookStep,
    ReviewStep,
    RolloutStep,
    RouterLink,
    TargetsStep,
  ],
  providers: [CampaignDraft, PlanPreview, PlanProblems, CampaignSaving, MachineNames],
  templateUrl: './campaign-wizard.html',
  styleUrl: './campaign-wizard.scss',
  host: { '(window:beforeunload)': 'unload($event)' },
})
export class CampaignWizard implements OnInit {
  /** The draft that is changed; none for a new campaign. */
  readonly id = input<string | undefined>();
  // From the query string, so that the way back leads to the page before.
  readonly step = input<string | undefined>();
  readonly fingerprintId = input<string | undefined>();
  readonly failedOf = input<string | undefined>();

  readonly #api = inject(Api);
  readonly #router = inject(Router);
  readonly #location = inject(Location);
  readonly #confirm = inject(Confirm);
  readonly #notices = inject(Notices);
  readonly #session = inject(SessionState);
  protected readonly draft = inject(CampaignDraft);
  protected readonly preview = inject(PlanPreview);
  protected readonly problems = inject(PlanProblems);
  protected readonly saving = inject(CampaignSaving);
  readonly #machineNames = inject(MachineNames);
  private readonly heading = viewChild<ElementRef<HTMLElement>>('heading');

  protected readonly steps = WIZARD_STEPS;
  protected readonly names = STEP_NAMES;
  protected readonly here = computed(
    (): WizardStep => WIZARD_STEPS.find((each) => each === this.step()) ?? 'targets',
  );
  protected readonly place = computed(() => WIZARD_STEPS.indexOf(this.here()));
  protected readonly next = computed(() => WIZARD_STEPS[this.place() + 1] ?? null);
  protected readonly before = computed(() => WIZARD_STEPS[this.place() - 1] ?? null);

  protected readonly campaign = snapshot({
    key: this.id,
    load: async (id, signal) =>
      id === undefined
        ? null
        : await this.#api.get(apiPath('campaigns', id), campaignDetailSchema, { signal }),
    affectedBy: () => false,
  });
  protected readonly loaded = signal(false);
  /** Whether it may be changed: a campaign that was launched may not. */
  protected readonly open = computed(
    () => this.campaign.value()?.actions.includes('edit') ?? this.id() === undefined,
  );
  protected readonly approvalNeeded = computed(() => this.preview.value()?.approvalNeeded ?? false);
  /** Somebody wanted to save it though something is missing. */
  protected readonly refused = signal(false);
  protected readonly canStart = computed(
    () =>
      this.saving.busy() === null &&
      this.preview.current() &&
      (this.preview.value()?.included ?? 0) > 0,
  );

  protected readonly problemIcon = mdiAlertCircleOutline;
  protected readonly infoIcon = mdiInformationOutline;

  constructor() {
    effect(() => {
      const campaign = this.campaign.value();
      if (campaign === null || untracked(this.loaded)) return;
      untracked(() => {
        this.draft.load(campaign.plan);
        this.saving.edit(campaign);
        this.loaded.set(true);
      });
    });
    // A page that was left speaks up; the next one is read from its head.
    let last: WizardStep | null = null;
    effect(() => {
      const here = this.here();
      const left = last;
      last = here;
      if (left === null || left === here) return;
      untracked(() => {
        this.problems.check(left);
        if (here === 'review') this.problems.checkAll();
        this.refused.set(false);
        // The router scrolls to the top by itself.
        this.heading()?.nativeElement.focus({ preventScroll: true });
      });
    });
    effect(() => {
      if (this.problems.all().length === 0) this.refused.set(false);
    });
  }

  ngOnInit(): void {
    if (this.id() !== undefined) return;
    this.loaded.set(true);
    const ids = { fingerprintId: this.fingerprintId(), failedOf: this.failedOf() };
    const start = startOf(this.#location.getState());
    this.#machineNames.learn(start?.names ?? []);
    const failedOf = idSchema.safeParse(ids.failedOf);
    const fingerprint = idSchema.safeParse(ids.fingerprintId);
    this.draft.prefill({
      source: failedOf.success
        ? { type: 'failed-of', campaignId: failedOf.data }
        : start?.selection,
      fingerprintId: fingerprint.success ? fingerprint.data : start?.fingerprintId,
    });
  }

  protected goTo(step: WizardStep): void {
    void this.#router.navigate([], {
      queryParams: { step },
      queryParamsHandling: 'merge',
      state: this.#state(),
    });
  }

  /** For links between the pages: what was chosen elsewhere stays with the address. */
  #state(): Record<string, unknown> {
    const state = this.#location.getState();
    return typeof state === 'object' && state !== null ? { ...state } : {};
  }

  protected async send(what: 'save' | 'submit' | 'launch'): Promise<void> {
    if (this.problems.all().length > 0) {
      this.problems.checkAll();
      this.refused.set(true);
      return;
    }
    const made = await this.saving.send(what);
    if (made === null) return;
    const words = {
      save: 'The draft is saved.',
      submit: 'The campaign waits for a second person.',
      launch: made.state === 'scheduled' ? 'The campaign is scheduled.' : 'The campaign has begun.',
    };
    this.#notices.tell(words[what]);
    await this.#router.navigate(['/campaigns', made.id]);
  }

  protected async discard(): Promise<void> {
    const yes = await this.#confirm.ask({
      heading: 'Discard this draft?',
      text: 'It is gone for everybody. Nothing has been done on any machine.',
      action: 'Discard',
      danger: true,
    });
    if (!yes || !(await this.saving.discard())) return;
    this.draft.saved();
    this.#notices.tell('The draft is discarded.');
    await this.#router.navigate(['/campaigns']);
  }

  /** Asked before another page is shown. */
  async mayLeave(): Promise<boolean> {
    if (!this.draft.changed() || this.#session.session() === null) return true;
    return await this.#confirm.ask({
      heading: 'Leave without saving?',
      text: 'What you have written is lost.',
      action: 'Leave',
      danger: true,
    });
  }

  protected unload(event: BeforeUnloadEvent): void {
    if (this.draft.changed()) event.preventDefault();
  }
}
