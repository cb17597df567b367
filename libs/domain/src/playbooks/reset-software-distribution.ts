import type { Playbook } from '../playbook';
import {
  checkInstallerBusy,
  checkPendingRestart,
  ignorePendingRestart,
  triggerScan,
  verifyMinutes,
  verifyScan,
} from './building-blocks';

const FOLDER = '${windir}\\SoftwareDistribution';
const CATALOGUES = '${windir}\\System32\\catroot2';

/** The services that hold the folder, in the order in which they are stopped: whoever wakes the others goes first. */
const SERVICES = ['usosvc', 'wuauserv', 'dosvc', 'bits'] as const;

/** The services that hold the signature catalogues: cryptsvc, and what needs it. */
const CATALOGUE_SERVICES = ['appidsvc', 'cryptsvc'] as const;

const GIB = 1024 ** 3;

/**
 * The cure of KB 910336: put the update cache aside, so that Windows builds a new one and downloads again. Undo puts
 * the old folder back.
 *
 * The executor reads two parameters: with `ignorePendingRestart` the step `check-pending-restart` passes with a
 * warning, and `verifyMinutes` is the timeout of `verify-scan` (`stepsFor` puts it there). `includeCatroot2` adds the
 * steps that are for it only.
 */
export const resetSoftwareDistribution: Playbook = {
  name: 'reset-software-distribution',
  version: 2,
  title: 'Reset SoftwareDistribution',
  description:
    'Stops the update services, renames the SoftwareDistribution folder, starts exactly the services that ran before, and has Windows scan again. The renamed folder stays on the disk, so that it can be put back.',
  sideEffects: [
    "Windows' own update history on the machine is emptied; FleetMend saves it first and keeps it.",
    'Updates that were already downloaded are downloaded again.',
    'Updates that were hidden by hand are offered again.',
    'The next scan is a full one and takes longer, also for a WSUS server.',
  ],
  parameters: [
    {
      ...ignorePendingRestart,
      description:
        'Go on although a restart is pending. An update that waits for the restart can be lost.',
    },
    {
      name: 'includeCatroot2',
      type: 'boolean',
      default: false,
      description:
        'Also rename System32\\catroot2, the signature catalogues. Windows builds them anew; Microsoft names this for a second attempt.',
    },
    verifyMinutes,
  ],
  steps: [
    {
      id: 'check-directory',
      section: 'preflight',
      action: 'check-plain-directory',
      path: FOLDER,
      title: 'Check that the folder is an ordinary one and no link to elsewhere',
    },
    {
      id: 'check-catroot2',
      section: 'preflight',
      action: 'check-plain-directory',
      path: CATALOGUES,
      title: 'Check that catroot2 is an ordinary folder and no link to elsewhere',
      onlyIf: 'includeCatroot2',
    },
    checkPendingRestart,
    checkInstallerBusy,
    {
      id: 'check-free-space',
      section: 'preflight',
      action: 'check-free-space',
      path: '${windir}',
      minimumBytes: 2 * GIB,
      title: 'Check that there is room to download again',
    },
    {
      id: 'check-update-policy',
      section: 'preflight',
      action: 'check-update-policy',
      title: 'Check that no policy forbids updates',
    },
    {
      id: 'save-update-history',
      section: 'snapshot',
      action: 'save-update-history',
      title: 'Save the update history',
    },
    {
      id: 'save-service-states',
      section: 'snapshot',
      action: 'save-service-states',
      services: SERVICES,
      title: 'Note which services run, and their start types',
    },
    {
      id: 'save-catalogue-services',
      section: 'snapshot',
      action: 'save-service-states',
      services: CATALOGUE_SERVICES,
      title: 'Note which services of the signature catalogues run',
      onlyIf: 'includeCatroot2',
    },
    {
      id: 'measure-directory',
      section: 'snapshot',
      action: 'measure-directory',
      path: FOLDER,
      title: 'Measure the folder',
    },
    {
      id: 'stop-services',
      section: 'acting',
      action: 'stop-services',
      services: SERVICES,
      timeoutSeconds: 120,
      title: 'Stop the update services',
      undo: 'restore-services',
    },
    {
      id: 'stop-catalogue-services',
      section: 'acting',
      action: 'stop-services',
      services: CATALOGUE_SERVICES,
      timeoutSeconds: 120,
      title: 'Stop the services of the signature catalogues',
      undo: 'restore-services',
      onlyIf: 'includeCatroot2',
    },
    {
      id: 'rename-directory',
      section: 'acting',
      action: 'rename-directory',
      path: FOLDER,
      fallbackChildren: ['DataStore', 'Download'],
      attempts: 5,
      title: 'Rename the folder',
      undo: 'rename-back',
    },
    {
      id: 'rename-catroot2',
      section: 'acting',
      action: 'rename-directory',
      path: CATALOGUES,
      fallbackChildren: [],
      attempts: 5,
      title: 'Rename catroot2',
      undo: 'rename-back',
      onlyIf: 'includeCatroot2',
    },
    {
      id: 'restore-services',
      section: 'acting',
      action: 'restore-services',
      timeoutSeconds: 60,
      title: 'Start the services that ran before',
    },
    triggerScan,
    {
      id: 'verify-services',
      section: 'verifying',
      action: 'verify-services',
      title: 'Verify that the services stand as before',
    },
    {
      id: 'verify-service-ran',
      section: 'verifying',
      action: 'verify-service-ran',
      service: 'wuauserv',
      timeoutSeconds: 120,
      title: 'Verify that the update service runs',
    },
    {
      id: 'verify-directory',
      section: 'verifying',
      action: 'verify-directory',
      path: FOLDER,
      timeoutSeconds: 120,
      title: 'Verify that Windows made a new folder',
    },
    verifyScan,
  ],
};

/** As it was before catroot2 could be included, and before the update service was watched. */
export const resetSoftwareDistribution1: Playbook = {
  ...resetSoftwareDistribution,
  version: 1,
  parameters: resetSoftwareDistribution.parameters.filter(({ name }) => name !== 'includeCatroot2'),
  steps: resetSoftwareDistribution.steps.filter(
    ({ id, onlyIf }) => onlyIf === undefined && id !== 'verify-service-ran',
  ),
};
