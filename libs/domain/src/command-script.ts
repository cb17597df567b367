import type { Playbook, PlaybookAction, PlaybookParameters, PlaybookStep } from './playbook';
import { findPlaybook, stepsFor } from './playbooks';

type ActionName = PlaybookAction['action'];
type StepOf<Name extends ActionName> = PlaybookStep & Extract<PlaybookAction, { action: Name }>;
type Lines = readonly string[];
type Translations = { readonly [Name in ActionName]?: (step: StepOf<Name>) => Lines };

/**
 * The steps that plain Windows commands can do, on every Windows from 7 on. Lines may use the subroutines of
 * {@link SUBROUTINES}; one that must not go on sets `WHY` and jumps to `:refused` or `:take_back`.
 */
const TRANSLATIONS: Translations = {
  'check-plain-directory': ({ path }) => [
    `if not exist "${batch(path)}\\" (`,
    `  set "WHY=There is no folder ${batch(path)}."`,
    '  goto :refused',
    ')',
    `call :is_link "${batch(path)}"`,
    'if defined IS_LINK (',
    `  set "WHY=${batch(path)} is a link to elsewhere. Renaming it would not help."`,
    '  goto :refused',
    ')',
  ],
  'check-pending-restart': () => [
    'set "PENDING="',
    ...[
      'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired',
      'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending',
      'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootInProgress',
    ].map((key) => `"%SYS%\\reg.exe" query "HKLM\\${key}" >nul 2>&1 && set "PENDING=1"`),
    'if defined PENDING if "%IGNORE_PENDING_RESTART%"=="" (',
    '  set "WHY=A restart is pending. Restart first: an update that waits for it could be lost."',
    '  goto :refused',
    ')',
  ],
  'check-installer-busy': () => [
    '"%SYS%\\tasklist.exe" /fo csv /nh 2>nul | "%SYS%\\find.exe" /i "TiWorker.exe" >nul && (',
    '  set "WHY=Windows is installing something right now."',
    '  goto :refused',
    ')',
  ],
  'check-free-space': ({ minimumBytes }) => [
    'call :free_megabytes',
    `if %FREE_MB% LSS ${Math.floor(minimumBytes / 1_000_000)} (`,
    `  set "WHY=Only %FREE_MB% MB are free, ${Math.floor(minimumBytes / 1_000_000)} MB are needed."`,
    '  goto :refused',
    ')',
  ],
  'check-update-policy': () => [
    '"%SYS%\\reg.exe" query "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate" /v DisableWindowsUpdateAccess 2>nul | "%SYS%\\find.exe" "0x1" >nul && (',
    '  set "WHY=The policy DisableWindowsUpdateAccess keeps this machine from updating."',
    '  goto :refused',
    ')',
  ],
  'save-update-history': () => ['rem ReportingEvents.log stays in the renamed folder.'],
  'save-service-states': ({ services }) =>
    services.flatMap((name) => [
      `call :state ${name}`,
      `set "RAN_${name}="`,
      `if "%STATE%"=="4" set "RAN_${name}=1"`,
      `if "%STATE%"=="2" set "RAN_${name}=1"`,
    ]),
  'measure-directory': () => ['rem The size is not measured here.'],
  'stop-services': ({ services, timeoutSeconds }) =>
    services.flatMap((name) => [
      `call :stop ${name} ${timeoutSeconds}`,
      'if errorlevel 1 (',
      `  set "WHY=The service ${name} could not be stopped."`,
      '  goto :take_back',
      ')',
    ]),
  'rename-directory': ({ path, fallbackChildren, attempts }) => [
    `call :rename "${batch(path)}" ${attempts}`,
    'if not errorlevel 1 goto :RENAMED',
    ...fallbackChildren.flatMap((child) => [
      `call :rename "${batch(path)}\\${child}" ${attempts}`,
      'if errorlevel 1 goto :HELD',
    ]),
    ...(fallbackChildren.length > 0 ? ['goto :RENAMED'] : []),
    ':HELD',
    `set "WHY=Something holds files in ${batch(path)} open. Restart the machine and run this again at once."`,
    'goto :take_back',
    ':RENAMED',
  ],
  'restore-services': () => ['call :restore_services', 'if errorlevel 1 goto :stopped'],
  'trigger-scan': () => [
    'if exist "%SYS%\\UsoClient.exe" (',
    '  "%SYS%\\UsoClient.exe" StartScan',
    ') else if exist "%SYS%\\wuauclt.exe" (',
    '  "%SYS%\\wuauclt.exe" /resetauthorization /detectnow',
    ')',
  ],
  'verify-services': () => ['call :restore_services', 'if errorlevel 1 goto :stopped'],
  'verify-service-ran': ({ service }) => [
    `call :state ${service}`,
    `if not "%STATE%"=="4" call :say "${service} does not run at the moment. Windows starts it with the next scan."`,
  ],
  'verify-directory': ({ path, timeoutSeconds }) => [
    `call :await_file "${batch(path)}\\DataStore\\DataStore.edb" ${timeoutSeconds}`,
    `if errorlevel 1 call :say "Windows has not made ${batch(path)} anew yet. It does so with the next scan."`,
  ],
  'verify-scan': () => [
    'call :say "Done. Look at Windows Update for the result of the scan: this file can not see it."',
  ],
};

const translate = TRANSLATIONS as Readonly<
  Partial<Record<ActionName, (step: PlaybookStep) => Lines>>
>;

/** Whether a playbook can be had as a command file: plain commands can do each of its steps. */
export function isScriptable(playbook: Playbook): boolean {
  return playbook.steps.every(({ action }) => translate[action] !== undefined);
}

/** The name of the command file of a playbook. */
export function commandScriptName({ name }: Playbook): string {
  return `${name}.cmd`;
}

/**
 * The playbook as a command file (CRLF, ASCII), for Windows that the client can't run on: the same steps in the same order,
 * with the same checks, and taken back when one fails. It ends with 0 done, 1 refused and nothing changed, 2 failed and
 * taken back, 3 services still stopped. Only validated parameters make sense here. Throws for a playbook that is not
 * {@link isScriptable}.
 */
export function commandScript(playbook: Playbook, parameters: PlaybookParameters): string {
  const steps = stepsFor(playbook, parameters);
  const body = steps.flatMap((step) => {
    const lines = translate[step.action]?.(step);
    if (!lines) throw new RangeError(`A command file can't do "${step.action}".`);
    // Labels are the file's, and a step may be there twice.
    const own = lines.map((line) =>
      line.replaceAll(
        /:(RENAMED|HELD)\b/g,
        (_, label: string) => `:${label.toLowerCase()}_${labelOf(step)}`,
      ),
    );
    return ['', `call :say "[${step.id}] ${step.title}"`, ...own];
  });
  const services = steps.flatMap((step) =>
    step.action === 'save-service-states' ? step.services : [],
  );
  const ignores = parameters['ignorePendingRestart'] === true;
  const lines = [
    ...header(playbook, ignores),
    ...body,
    'exit /b 0',
    ...ends(playbook),
    ...SUBROUTINES,
    ...restoring(services),
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

/** The command file of a playbook by its name, if it can be had as one. */
export function findScriptable(name: string): Playbook | undefined {
  const playbook = findPlaybook(name);
  return playbook && isScriptable(playbook) ? playbook : undefined;
}

/** The one placeholder that playbooks know, as command files spell it. */
function batch(path: string): string {
  return path.replace('${windir}\\System32', '%SYS%').replace('${windir}', '%SystemRoot%');
}

function labelOf({ id }: PlaybookStep): string {
  return id.replaceAll('-', '_');
}

function header({ name, version, title }: Playbook, ignores: boolean): Lines {
  return [
    '@echo off',
    'setlocal EnableExtensions DisableDelayedExpansion',
    `rem FleetMend: ${title} (${name}, version ${version}).`,
    'rem For Windows that the client can not run on. Run it as an administrator.',
    'rem What the folder held stays in the renamed one, the history of updates among it.',
    'rem Ends with 0: done. 1: refused, nothing was changed. 2: failed, taken back. 3: services still stopped.',
    '',
    'set "SYS=%SystemRoot%\\System32"',
    'if exist "%SystemRoot%\\Sysnative\\cmd.exe" set "SYS=%SystemRoot%\\Sysnative"',
    `set "LOG=%SystemRoot%\\Temp\\fleetmend-${name}.log"`,
    `set "IGNORE_PENDING_RESTART=${ignores ? '1' : ''}"`,
    'set "RENAMES=0"',
    'set "WHY="',
    'rem Only administrators can write there.',
    'copy /y nul "%SystemRoot%\\fleetmend.tmp" >nul 2>&1',
    'if not exist "%SystemRoot%\\fleetmend.tmp" (',
    '  echo Run this file as an administrator.',
    '  exit /b 1',
    ')',
    'del "%SystemRoot%\\fleetmend.tmp"',
    'call :stamp',
    `call :say "${title} begins."`,
  ];
}

function ends({ title }: Playbook): Lines {
  return [
    '',
    ':refused',
    'call :say "Refused: %WHY% Nothing was changed."',
    'exit /b 1',
    '',
    ':take_back',
    'call :say "%WHY% What was done is taken back."',
    'call :rename_back',
    'set "BACK=%ERRORLEVEL%"',
    'call :restore_services',
    'if errorlevel 1 goto :stopped',
    'if not "%BACK%"=="0" call :say "A folder could not be renamed back: it is called NAME.bak-%STAMP% now."',
    `call :say "${title} failed."`,
    'exit /b 2',
    '',
    ':stopped',
    'call :say "Services that ran before could not be started. Start them by hand, or restart the machine."',
    'exit /b 3',
  ];
}

/** Starts what ran before, in the reverse order of stopping. */
function restoring(services: readonly string[]): Lines {
  return [
    '',
    ':restore_services',
    'set "NOT_STARTED="',
    'ver >nul',
    ...services
      .toReversed()
      .flatMap((name) => [
        `if defined RAN_${name} call :start ${name} 60`,
        'if errorlevel 1 set "NOT_STARTED=1"',
        'ver >nul',
      ]),
    'if defined NOT_STARTED exit /b 1',
    'exit /b 0',
  ];
}

/** Everything by full path: nothing that lies in the current folder is run. Numbers decide, never words. */
const SUBROUTINES: Lines = [
  '',
  ':say',
  'echo %~1',
  '>>"%LOG%" echo %DATE% %TIME% %~1',
  'exit /b 0',
  '',
  'rem The state of a service as a number: 1 stopped, 4 running, 0 there is no such service.',
  ':state',
  'set "STATE=0"',
  `for /f "tokens=2 delims=:" %%s in ('"%SYS%\\sc.exe" query %1 ^| "%SYS%\\find.exe" "STATE"') do for /f "tokens=1" %%n in ("%%s") do set "STATE=%%n"`,
  'exit /b 0',
  '',
  ':stop',
  'set "WAITED=0"',
  ':stop_again',
  'call :state %1',
  'if "%STATE%"=="0" exit /b 0',
  'if "%STATE%"=="1" exit /b 0',
  'if "%STATE%"=="4" "%SYS%\\sc.exe" stop %1 >nul 2>&1',
  'call :second',
  'set /a WAITED+=1',
  'if %WAITED% LSS %2 goto :stop_again',
  'exit /b 1',
  '',
  ':start',
  'set "WAITED=0"',
  ':start_again',
  'call :state %1',
  'if "%STATE%"=="4" exit /b 0',
  'if "%STATE%"=="0" exit /b 1',
  'if "%STATE%"=="1" "%SYS%\\sc.exe" start %1 >nul 2>&1',
  'call :second',
  'set /a WAITED+=1',
  'if %WAITED% LSS %2 goto :start_again',
  'exit /b 1',
  '',
  ':second',
  '"%SYS%\\ping.exe" -n 2 127.0.0.1 >nul 2>&1',
  'exit /b 0',
  '',
  ':is_link',
  'set "IS_LINK="',
  'for %%f in ("%~1") do set "ATTRIBUTES=%%~af"',
  'if not "%ATTRIBUTES:l=%"=="%ATTRIBUTES%" set "IS_LINK=1"',
  'exit /b 0',
  '',
  'rem Without its last six digits a number of bytes is one of megabytes, and small enough to be compared.',
  ':free_megabytes',
  'set "FREE_BYTES="',
  'set "FREE_MB=999999999"',
  `for /f "tokens=2 delims==" %%b in ('"%SYS%\\wbem\\wmic.exe" logicaldisk where "DeviceID='%SystemDrive%'" get FreeSpace /value 2^>nul') do for /f "tokens=1" %%n in ("%%b") do set "FREE_BYTES=%%n"`,
  'if not defined FREE_BYTES exit /b 0',
  'set "FREE_MB=%FREE_BYTES:~0,-6%"',
  'if not defined FREE_MB set "FREE_MB=0"',
  'exit /b 0',
  '',
  ':stamp',
  'set "STAMP="',
  `for /f "tokens=2 delims==." %%t in ('"%SYS%\\wbem\\wmic.exe" os get LocalDateTime /value 2^>nul') do if not defined STAMP set "STAMP=%%t"`,
  'if not defined STAMP set "STAMP=%RANDOM%-%RANDOM%"',
  'exit /b 0',
  '',
  'rem Renames to a name that nothing has; what holds the folder is given a moment between attempts.',
  ':rename',
  'if not exist "%~1\\" exit /b 0',
  'set "TARGET=%~1.bak-%STAMP%"',
  'set "NUMBER=1"',
  ':rename_name',
  'if exist "%TARGET%\\" (',
  '  set /a NUMBER+=1',
  '  call set "TARGET=%~1.bak-%STAMP%-%%NUMBER%%"',
  '  goto :rename_name',
  ')',
  'for %%f in ("%TARGET%") do set "LEAF=%%~nxf"',
  'set "WAITED=0"',
  ':rename_again',
  'ren "%~1" "%LEAF%" 2>nul',
  'if not exist "%TARGET%\\" (',
  '  call :second',
  '  set /a WAITED+=1',
  '  goto :rename_more',
  ')',
  'set /a RENAMES+=1',
  'set "FROM_%RENAMES%=%~1"',
  'set "TO_%RENAMES%=%TARGET%"',
  'call :say "%~1 is now %LEAF%."',
  'exit /b 0',
  ':rename_more',
  'if %WAITED% LSS %2 goto :rename_again',
  'exit /b 1',
  '',
  'rem The last rename first. What Windows has made in between is put aside.',
  ':rename_back',
  'if "%RENAMES%"=="0" exit /b 0',
  'call set "FROM=%%FROM_%RENAMES%%%"',
  'call set "TO=%%TO_%RENAMES%%%"',
  'for %%f in ("%FROM%") do set "LEAF=%%~nxf"',
  'if exist "%FROM%\\" ren "%FROM%" "%LEAF%.undone-%STAMP%" 2>nul',
  'if exist "%FROM%\\" exit /b 1',
  'ren "%TO%" "%LEAF%" 2>nul',
  'if not exist "%FROM%\\" exit /b 1',
  'set /a RENAMES-=1',
  'goto :rename_back',
  '',
  ':await_file',
  'set "WAITED=0"',
  ':await_again',
  'if exist "%~1" exit /b 0',
  'call :second',
  'set /a WAITED+=1',
  'if %WAITED% LSS %2 goto :await_again',
  'exit /b 1',
];
