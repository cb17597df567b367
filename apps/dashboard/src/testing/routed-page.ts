import { OverlayContainer } from '@angular/cdk/overlay';
import { MATERIAL_ANIMATIONS } from '@angular/material/core';
import { TestBed } from '@angular/core/testing';
import { RouterTestingHarness } from '@angular/router/testing';
import { type EnvironmentProviders, type Provider } from '@angular/core';
import { type Routes, provideRouter, withComponentInputBinding } from '@angular/router';
import { type FakeLive } from './fake-live';
import { PlayedServer, provideRealApi, rendered } from './real-api';
import { Screen } from './screen';

/** A page in the real router, with the real API and a played server. */
export interface RoutedPage {
  readonly harness: RouterTestingHarness;
  readonly server: PlayedServer;
  /** What is on the page. */
  readonly screen: Screen;
  /** What lies over it: dialogs, menus, notices. */
  readonly overlay: Screen;
  /** Until nothing moves any more. */
  rest(): Promise<void>;
}

/** Prepares `routes`; pages are opened with `harness.navigateByUrl`. */
export async function prepareRoutes(
  routes: Routes,
  live: FakeLive,
  providers: readonly (Provider | EnvironmentProviders)[] = [],
): Promise<RoutedPage> {
  TestBed.configureTestingModule({
    providers: [
      provideRealApi(),
      provideRouter(routes, withComponentInputBinding()),
      live.provider,
      { provide: MATERIAL_ANIMATIONS, useValue: { animationsDisabled: true } },
      ...providers,
    ],
  });
  const harness = await RouterTestingHarness.create();
  return {
    harness,
    server: new PlayedServer(),
    screen: new Screen(harness.fixture.nativeElement as HTMLElement),
    overlay: new Screen(TestBed.inject(OverlayContainer).getContainerElement()),
    rest: () => rendered(harness.fixture),
  };
}
