import { Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import type { Release } from '@fleetmend/dashboard-api';
import { mdiPackageUp, mdiPlus } from '@mdi/js';
import { attempt } from '../../design/attempt';
import { Confirm } from '../../design/confirm-dialog';
import { EmptyState } from '../../design/empty-state';
import { Icon } from '../../design/icon';
import { LoadState } from '../../design/load-state';
import { Notices } from '../../design/notices';
import { PageHeader } from '../../design/page-header';
import { RefreshProblem } from '../../design/refresh-problem';
import { AddReleaseDialog, type AddReleaseDialogData } from './add-release-dialog';
import { FleetVersions } from './fleet-versions';
import { type ReleaseAction, ReleaseCard } from './release-card';
import { Releases } from './releases';
import { RolloutDialog, type RolloutDialogData } from './rollout-dialog';

/** The versions of the client in the fleet, and the releases that take their place in stages. */
@Component({
  selector: 'fm-client-updates-page',
  imports: [
    EmptyState,
    FleetVersions,
    Icon,
    LoadState,
    MatButton,
    PageHeader,
    RefreshProblem,
    ReleaseCard,
  ],
  providers: [Releases],
  templateUrl: './client-updates-page.html',
})
export class ClientUpdatesPage {
  protected readonly releases = inject(Releases);
  protected readonly attempt = attempt();
  protected readonly plus = mdiPlus;
  protected readonly packageIcon = mdiPackageUp;
  readonly #dialog = inject(MatDialog);
  readonly #confirm = inject(Confirm);
  readonly #notices = inject(Notices);

  protected add(): void {
    this.#dialog.open<AddReleaseDialog, AddReleaseDialogData>(AddReleaseDialog, {
      data: { add: (manifest, executable) => this.releases.add(manifest, executable) },
      width: '560px',
    });
  }

  protected async do(action: ReleaseAction, release: Release): Promise<void> {
    switch (action) {
      case 'roll-out':
        this.#rollOut(release);
        return;
      case 'pause':
        await this.attempt.make(async () => {
          await this.releases.rollOut(release, { to: 'nobody' });
          this.#notices.tell(`The rollout of client ${release.version} is paused.`);
        });
        return;
      case 'halt':
        await this.#halt(release);
        return;
      case 'remove':
        await this.#remove(release);
    }
  }

  #rollOut(release: Release): void {
    this.#dialog.open<RolloutDialog, RolloutDialogData>(RolloutDialog, {
      data: {
        release,
        rollOut: (rollout) => this.releases.rollOut(release, rollout),
        machinesNamed: (names) => this.releases.machinesNamed(names),
      },
      width: '520px',
    });
  }

  async #halt(release: Release): Promise<void> {
    const yes = await this.#confirm.ask({
      heading: `Halt the rollout of client ${release.version}?`,
      text: 'Nobody is offered it any more, and downloads that are under way end. Machines that have it keep it.',
      action: 'Halt the rollout',
      danger: true,
    });
    if (!yes) return;
    await this.attempt.make(async () => {
      await this.releases.halt(release);
      this.#notices.tell(`The rollout of client ${release.version} is halted.`);
    });
  }

  async #remove(release: Release): Promise<void> {
    const yes = await this.#confirm.ask({
      heading: `Remove client ${release.version}?`,
      text: 'Its executable is deleted from the server. No machine was ever offered it.',
      action: 'Remove the release',
      danger: true,
    });
    if (!yes) return;
    await this.attempt.make(async () => {
      await this.releases.remove(release);
      this.#notices.tell(`Client ${release.version} is removed.`);
    });
  }
}
