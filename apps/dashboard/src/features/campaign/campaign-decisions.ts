import { Injectable, inject } from '@angular/core';
import { MatDialog } from '@angular/material/dialog';
import { Router } from '@angular/router';
import {
  type CampaignActionRequest,
  type CampaignDetail,
  campaignDetailSchema,
  campaignPreviewSchema,
} from '@fleetmend/dashboard-api';
import type { CampaignAction } from '@fleetmend/domain';
import { firstValueFrom } from 'rxjs';
import { Api, apiPath } from '../../api/api';
import { toApiError } from '../../api/api-error';
import { Confirm } from '../../design/confirm-dialog';
import { Notices } from '../../design/notices';
import { newRequestId } from '../remediate/request-id';
import { consequences } from './action-consequences';
import { ActionDialog, type ActionDialogData } from './action-dialog';
import { actionWords } from './action-words';
import { ChangeDialog, type ChangeDialogData } from './change-dialog';
import { machineWords } from './count-words';
import { type RetryOutcomes } from './outcome-matrix';

/** Asks for a person's decisions about a campaign, and carries them out. */
@Injectable({ providedIn: 'root' })
export class CampaignDecisions {
  readonly #api = inject(Api);
  readonly #confirm = inject(Confirm);
  readonly #dialog = inject(MatDialog);
  readonly #notices = inject(Notices);
  readonly #router = inject(Router);

  /** The campaign after the decision; null when nothing was decided, or the page is left for another one. */
  async decide(action: CampaignAction, detail: CampaignDetail): Promise<CampaignDetail | null> {
    if (action === 'edit') {
      await this.#router.navigate(['/campaigns', detail.id, 'edit']);
      return null;
    }
    if (action === 'discard') {
      await this.#discard(detail);
      return null;
    }
    if (action === 'retry-failed') {
      await this.retryFailed(detail);
      return null;
    }
    const answers: CampaignDetail[] = [];
    const act = async (request: CampaignActionRequest): Promise<void> => {
      const path = apiPath('campaigns', detail.id, 'actions');
      answers.push(await this.#api.post(path, request, campaignDetailSchema));
    };
    const dialog =
      action === 'change'
        ? this.#dialog.open<ChangeDialog, ChangeDialogData>(ChangeDialog, {
            data: { detail, act },
            width: '720px',
            // What was typed is not lost by a click beside the dialog.
            disableClose: true,
          })
        : this.#dialog.open<ActionDialog, ActionDialogData>(ActionDialog, {
            data: { action, detail, act, preview: () => this.#preview(detail) },
            ariaDescribedBy: 'consequences',
          });
    await firstValueFrom(dialog.afterClosed(), { defaultValue: undefined });
    const after = answers.at(-1) ?? null;
    if (after !== null) this.#notices.tell(actionWords(action).done);
    return after;
  }

  /** Makes a linked draft of the failed ones, or of some of them, and leads to it. */
  async retryFailed(detail: CampaignDetail, some?: RetryOutcomes): Promise<void> {
    const yes = await this.#confirm.ask({
      heading:
        some === undefined
          ? 'New campaign from the failed ones?'
          : `New campaign from these ${machineWords(some.machines)}?`,
      text:
        some === undefined
          ? consequences('retry-failed', detail).join(' ')
          : `Makes a new campaign with ${machineWords(some.machines)}, by the same rules. It is a draft at first: nothing happens until it is launched.`,
      action: actionWords('retry-failed').button,
    });
    if (!yes) return;
    try {
      const draft = await this.#api.post(
        apiPath('campaigns', detail.id, 'retry-failed'),
        {
          requestId: newRequestId(),
          ...(some === undefined ? {} : { outcomes: some.outcomes }),
        },
        campaignDetailSchema,
      );
      this.#notices.tell(actionWords('retry-failed').done);
      await this.#router.navigate(['/campaigns', draft.id, 'edit']);
    } catch (thrown) {
      const { message, problems } = toApiError(thrown);
      // What is wrong with the plan of a campaign that is not there yet can be said nowhere else.
      this.#notices.tell([message, ...problems.map((each) => each.message)].join(' '));
    }
  }

  async #discard({ id, name }: CampaignDetail): Promise<void> {
    const yes = await this.#confirm.ask({
      heading: `Discard “${name}”?`,
      text: 'The draft is deleted. No machine has done anything for it.',
      action: 'Discard',
      danger: true,
    });
    if (!yes) return;
    try {
      await this.#api.send('DELETE', apiPath('campaigns', id));
      this.#notices.tell(actionWords('discard').done);
      await this.#router.navigate(['/campaigns']);
    } catch (error) {
      this.#notices.tell(toApiError(error).message);
    }
  }

  #preview({ plan }: CampaignDetail): ReturnType<ActionDialogData['preview']> {
    return this.#api.post('/campaigns/preview', { plan }, campaignPreviewSchema);
  }
}
