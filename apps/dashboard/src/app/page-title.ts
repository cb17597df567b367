import { Injectable, inject } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { type RouterStateSnapshot, TitleStrategy } from '@angular/router';

/** "Failures · FleetMend". A page that knows more (a host name) calls {@link PageTitle.set}. */
@Injectable({ providedIn: 'root' })
export class PageTitle extends TitleStrategy {
  readonly #title = inject(Title);

  override updateTitle(snapshot: RouterStateSnapshot): void {
    this.set(this.buildTitle(snapshot) ?? null);
  }

  set(page: string | null): void {
    this.#title.setTitle(page === null ? 'FleetMend' : `${page} · FleetMend`);
  }
}
