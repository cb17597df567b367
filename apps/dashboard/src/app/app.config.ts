import { provideHttpClient } from '@angular/common/http';
import { type ApplicationConfig, provideBrowserGlobalErrorListeners } from '@angular/core';
import { MAT_DIALOG_DEFAULT_OPTIONS, MatDialogConfig } from '@angular/material/dialog';
import {
  MAT_TOOLTIP_DEFAULT_OPTIONS,
  type MatTooltipDefaultOptions,
} from '@angular/material/tooltip';
import {
  PreloadAllModules,
  TitleStrategy,
  provideRouter,
  withComponentInputBinding,
  withInMemoryScrolling,
  withNavigationErrorHandler,
  withPreloading,
  withRouterConfig,
} from '@angular/router';
import { routes } from './app.routes';
import { onNavigationError } from './navigation-failure';
import { PageTitle } from './page-title';

export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideHttpClient(),
    provideRouter(
      routes,
      withComponentInputBinding(),
      withInMemoryScrolling({ scrollPositionRestoration: 'enabled', anchorScrolling: 'enabled' }),
      withPreloading(PreloadAllModules),
      withNavigationErrorHandler(onNavigationError),
      withRouterConfig({ paramsInheritanceStrategy: 'always' }),
    ),
    { provide: TitleStrategy, useClass: PageTitle },
    {
      provide: MAT_DIALOG_DEFAULT_OPTIONS,
      // What is given here replaces Material's own options, the role among them.
      useValue: Object.assign(new MatDialogConfig(), {
        autoFocus: 'first-tabbable',
        restoreFocus: true,
        hasBackdrop: true,
        width: '560px',
        maxWidth: 'calc(100vw - 32px)',
        maxHeight: 'calc(100dvh - 32px)',
      } satisfies MatDialogConfig),
    },
    {
      provide: MAT_TOOLTIP_DEFAULT_OPTIONS,
      useValue: {
        showDelay: 400,
        hideDelay: 0,
        touchendHideDelay: 1500,
        disableTooltipInteractivity: false,
      } satisfies MatTooltipDefaultOptions,
    },
  ],
};
