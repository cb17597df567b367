import { type Routes } from '@angular/router';
import { leaveWizard } from '../features/campaign-wizard/leave-wizard';
import { Unavailable } from './unavailable';
import { requiresRole, setupNeeded, signedIn, signedOut } from './guards';

/** Every page; all but the first are fetched in the background once that one is shown. */
export const routes: Routes = [
  {
    path: 'sign-in',
    title: 'Sign in',
    canActivate: [signedOut],
    loadComponent: () => import('../features/sign-in/sign-in').then((m) => m.SignIn),
  },
  {
    path: 'setup',
    title: 'Set up',
    canActivate: [setupNeeded],
    loadComponent: () => import('../features/setup/setup').then((m) => m.Setup),
  },
  {
    path: 'unavailable',
    title: 'No answer',
    // Not fetched when it is needed: then the server may be away.
    component: Unavailable,
  },
  {
    // Without the frame: this page is there to be printed.
    path: 'campaigns/:id/report',
    title: 'Report of a campaign',
    canActivate: [signedIn],
    loadComponent: () =>
      import('../features/campaign/campaign-report').then((m) => m.CampaignReport),
  },
  {
    path: '',
    canActivate: [signedIn],
    loadComponent: () => import('./shell').then((m) => m.Shell),
    children: [
      { path: '', pathMatch: 'full', redirectTo: 'failures' },
      {
        path: 'failures',
        title: 'Failures',
        loadComponent: () => import('../features/failures/failure-list').then((m) => m.FailureList),
      },
      {
        path: 'failures/:id',
        title: 'Failure',
        loadComponent: () =>
          import('../features/fingerprint/fingerprint-page').then((m) => m.FingerprintPage),
      },
      {
        path: 'machines',
        title: 'Machines',
        loadComponent: () => import('../features/machines/machine-list').then((m) => m.MachineList),
      },
      {
        path: 'machines/duplicates',
        title: 'Possible duplicates',
        loadComponent: () =>
          import('../features/duplicates/duplicate-list').then((m) => m.DuplicateList),
      },
      {
        path: 'machines/chronic',
        title: 'Chronic machines',
        loadComponent: () => import('../features/chronic/chronic-list').then((m) => m.ChronicList),
      },
      {
        path: 'machines/:id',
        title: 'Machine',
        loadComponent: () => import('../features/machine/machine-page').then((m) => m.MachinePage),
      },
      {
        path: 'remediations',
        title: 'Remediations',
        loadComponent: () =>
          import('../features/remediations/remediation-list').then((m) => m.RemediationList),
      },
      {
        path: 'remediations/:id',
        title: 'Remediation',
        loadComponent: () =>
          import('../features/remediations/remediation-page').then((m) => m.RemediationPage),
      },
      {
        path: 'campaigns',
        title: 'Campaigns',
        loadComponent: () =>
          import('../features/campaigns/campaign-list').then((m) => m.CampaignList),
      },
      {
        path: 'campaigns/new',
        title: 'New campaign',
        canActivate: [requiresRole('operator')],
        canDeactivate: [leaveWizard],
        loadComponent: () =>
          import('../features/campaign-wizard/campaign-wizard').then((m) => m.CampaignWizard),
      },
      {
        path: 'campaigns/:id/edit',
        title: 'Change the campaign',
        canActivate: [requiresRole('operator')],
        canDeactivate: [leaveWizard],
        loadComponent: () =>
          import('../features/campaign-wizard/campaign-wizard').then((m) => m.CampaignWizard),
      },
      {
        path: 'campaigns/:id',
        title: 'Campaign',
        loadComponent: () =>
          import('../features/campaign/campaign-page').then((m) => m.CampaignPage),
      },
      {
        path: 'escalations',
        title: 'Escalations',
        loadComponent: () =>
          import('../features/escalations/escalation-inbox').then((m) => m.EscalationInbox),
      },
      {
        path: 'escalations/rules',
        title: 'Escalation rules',
        loadComponent: () => import('../features/escalations/rule-list').then((m) => m.RuleList),
      },
      {
        path: 'policies',
        title: 'Policies',
        loadComponent: () => import('../features/policies/policy-list').then((m) => m.PolicyList),
      },
      {
        path: 'policies/:id',
        title: 'Policy',
        loadComponent: () => import('../features/policies/policy-page').then((m) => m.PolicyPage),
      },
      {
        path: 'runs/:id',
        title: 'Run',
        loadComponent: () => import('../features/run/run-page').then((m) => m.RunPage),
      },
      {
        path: 'enrolment',
        title: 'Enrolment',
        canActivate: [requiresRole('administrator')],
        loadComponent: () =>
          import('../features/enrolment-tokens/enrolment-token-list').then(
            (m) => m.EnrolmentTokenList,
          ),
      },
      {
        path: 'client-updates',
        title: 'Client updates',
        canActivate: [requiresRole('administrator')],
        loadComponent: () =>
          import('../features/client-updates/client-updates-page').then((m) => m.ClientUpdatesPage),
      },
      {
        path: 'campaign-settings',
        title: 'Campaign settings',
        canActivate: [requiresRole('administrator')],
        loadComponent: () =>
          import('../features/campaign-settings/campaign-settings-page').then(
            (m) => m.CampaignSettingsPage,
          ),
      },
      {
        path: 'users',
        title: 'Users',
        canActivate: [requiresRole('administrator')],
        loadComponent: () => import('../features/users/user-list').then((m) => m.UserList),
      },
      {
        path: 'audit',
        title: 'Audit',
        canActivate: [requiresRole('administrator')],
        loadComponent: () => import('../features/audit/audit-log').then((m) => m.AuditLog),
      },
      {
        path: 'health',
        title: 'Server',
        loadComponent: () => import('../features/health/server-health').then((m) => m.ServerHealth),
      },
      {
        path: 'account',
        title: 'Account',
        loadComponent: () => import('../features/account/account').then((m) => m.Account),
      },
      {
        path: 'not-allowed',
        title: 'Not allowed',
        loadComponent: () => import('./not-allowed').then((m) => m.NotAllowed),
      },
      {
        path: '**',
        title: 'Not found',
        loadComponent: () => import('./not-found').then((m) => m.NotFound),
      },
    ],
  },
];
