import { FILE } from './source.mjs';

/** What an administrator may say on the command line of msiexec. */
const SECRET = 'ENROLLTOKEN';
const PUBLIC = ['SERVERURL', SECRET, 'ENROLLTOKENFILE', 'ALLOWHTTP', 'REENROLL', 'PURGE'];

const PROPERTIES = {
  // Written into no log.
  MsiHiddenProperties: SECRET,
  SecureCustomProperties: [...PUBLIC, 'WIX_DOWNGRADE_DETECTED', 'WIX_UPGRADE_DETECTED'].join(';'),
  // The package says what is installed, whatever lies there: a client that updated itself, or a damaged one.
  REINSTALLMODE: 'amus',
  // The client is stopped by its own command, which waits for a safe point of a run.
  MSIRESTARTMANAGERCONTROL: 'Disable',
  ARPNOMODIFY: '1',
  ARPCOMMENTS: 'Reports failures of Windows Update and repairs what administrators order.',
};

const CONDITIONS = [
  ['Installed OR VersionNT >= 603', 'FleetMend needs Windows 10, Windows Server 2016 or later.'],
  [
    'Installed OR NOT (ENROLLTOKEN AND ENROLLTOKENFILE)',
    'Give either ENROLLTOKEN or ENROLLTOKENFILE, not both.',
  ],
  [
    'Installed OR (SERVERURL AND (ENROLLTOKEN OR ENROLLTOKENFILE)) OR NOT (SERVERURL OR ENROLLTOKEN OR ENROLLTOKENFILE)',
    'Give SERVERURL together with ENROLLTOKEN or ENROLLTOKENFILE, or none of them.',
  ],
];

/** Bits of a custom action's type. */
const EXECUTABLE_OF_FILE = 18;
const CONTINUE = 64;
const ROLLBACK = 256;
const DEFERRED = 1024;
const AS_SYSTEM = 2048;
const HIDE_TARGET = 8192;
const AS_PART = EXECUTABLE_OF_FILE + DEFERRED + AS_SYSTEM;

const REMOVED = 'REMOVE="ALL"';
const LEFT = 'NOT REMOVE';
const ENROLS = 'SERVERURL AND (ENROLLTOKEN OR ENROLLTOKENFILE)';

/**
 * What Windows Installer has no table for, done by the executable itself: name, type, arguments, condition, place in
 * the sequence. What it has tables for (file, service) it puts back by itself when something fails.
 */
const ACTIONS = [
  // Windows Installer waits thirty seconds for a service; a run that holds services stopped may need longer.
  ['RestartClient', AS_PART + ROLLBACK + CONTINUE, 'installer start', 'Installed', 1810],
  ['StopClient', AS_PART + CONTINUE, 'installer stop', 'Installed', 1820],
  [
    'PurgeData',
    AS_PART + CONTINUE,
    'installer purge',
    `${REMOVED} AND PURGE="1" AND NOT UPGRADINGPRODUCTCODE`,
    3400,
  ],
  // The last one: others load native code from the folder that it empties.
  ['CleanUp', AS_PART + CONTINUE, 'installer clean', REMOVED, 3410],
  // Before the token is used: what may fail shows its arguments in the log.
  [
    'ConfigureService',
    AS_PART,
    'installer configure --server "[SERVERURL]" --allow-http "[ALLOWHTTP]"',
    LEFT,
    5810,
  ],
  [
    'KeepEnrolment',
    AS_PART + HIDE_TARGET,
    'installer keep-enrolment --server "[SERVERURL]" --allow-http "[ALLOWHTTP]" --reenroll "[REENROLL]" --token-file "[ENROLLTOKENFILE]" --token "[ENROLLTOKEN]"',
    `${LEFT} AND ${ENROLS}`,
    5820,
  ],
];

/** Inside the transaction: when the new version can't be installed, the old one is put back. */
const REMOVE_OLD = 1510;

const text = (value) => `'${value}'`;
const insert = (table, row) => {
  const names = Object.keys(row).map((name) => `\`${name}\``);
  const values = Object.values(row).map((value) =>
    typeof value === 'number' ? value : text(value),
  );
  return `INSERT INTO \`${table}\` (${names.join(', ')}) VALUES (${values.join(', ')})`;
};

/** Statements that complete what wixl has made, for msibuild. */
export const statements = (version) => [
  "DELETE FROM `Property` WHERE `Property` = 'SecureCustomProperties'",
  ...Object.entries(PROPERTIES).map(([name, value]) =>
    insert('Property', { Property: name, Value: value }),
  ),
  `UPDATE \`File\` SET \`Version\` = '${version}.0', \`Language\` = '1033'`,
  ...CONDITIONS.map(([condition, message]) =>
    insert('LaunchCondition', { Condition: condition, Description: message }),
  ),
  ...ACTIONS.flatMap(([name, type, target, condition, sequence]) => [
    insert('CustomAction', { Action: name, Type: type, Source: FILE, Target: target }),
    insert('InstallExecuteSequence', { Action: name, Condition: condition, Sequence: sequence }),
  ]),
  `UPDATE \`InstallExecuteSequence\` SET \`Sequence\` = ${REMOVE_OLD} WHERE \`Action\` = 'RemoveExistingProducts'`,
];

/** How Windows Installer calls the machines. */
export const TEMPLATE = { x64: 'x64;1033', arm64: 'Arm64;1033' };
