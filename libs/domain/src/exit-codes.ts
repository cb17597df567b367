/** What a program or an update wants to say with the number that it ended with. */
export type ExitCodeMeaning =
  | 'success'
  /** Done, once the machine restarts. */
  | 'restart-required'
  /** Done, and the restart has been begun by whoever ended so. */
  | 'restart-initiated'
  /** Nothing is broken: something else was in the way, or somebody stopped it. Trying again later may do. */
  | 'retry-later'
  | 'failure';

/** By Win32 error, which is also what an HRESULT of facility Win32 (0x8007….) carries. */
const WIN32: Readonly<Record<number, ExitCodeMeaning>> = {
  0: 'success',
  170: 'retry-later', // ERROR_BUSY
  350: 'retry-later', // ERROR_FAIL_NOACTION_REBOOT: after a restart
  351: 'retry-later', // ERROR_FAIL_SHUTDOWN
  352: 'retry-later', // ERROR_FAIL_RESTART: after a restart
  1115: 'retry-later', // ERROR_SHUTDOWN_IN_PROGRESS
  1223: 'retry-later', // ERROR_CANCELLED
  1500: 'retry-later', // ERROR_INSTALL_SUSPENDED
  1602: 'retry-later', // ERROR_INSTALL_USEREXIT
  1618: 'retry-later', // ERROR_INSTALL_ALREADY_RUNNING
  1641: 'restart-initiated', // ERROR_SUCCESS_REBOOT_INITIATED
  3010: 'restart-required', // ERROR_SUCCESS_REBOOT_REQUIRED
  3011: 'restart-required', // ERROR_SUCCESS_RESTART_REQUIRED
  // ERROR_FAIL_REBOOT_REQUIRED, ERROR_FAIL_REBOOT_INITIATED: what was done is rolled back by the restart.
  3017: 'failure',
  3018: 'failure',
};

/** Full HRESULTs: of Windows Update (0x0024…., 0x8024….) and of servicing (0x000F…., 0x800F….). */
const HRESULTS: Readonly<Record<number, ExitCodeMeaning>> = {
  0x00240001: 'retry-later', // WU_S_SERVICE_STOP
  0x00240005: 'restart-required', // WU_S_REBOOT_REQUIRED
  0x00240006: 'success', // WU_S_ALREADY_INSTALLED
  0x00240007: 'success', // WU_S_ALREADY_UNINSTALLED
  0x00242015: 'restart-required', // WU_S_UH_INSTALLSTILLPENDING
  0x80240009: 'retry-later', // WU_E_OPERATIONINPROGRESS
  0x8024000b: 'retry-later', // WU_E_CALL_CANCELLED
  0x80240016: 'retry-later', // WU_E_INSTALL_NOT_ALLOWED: another installation, or a restart that is waited for
  0x8024001b: 'retry-later', // WU_E_SELFUPDATE_IN_PROGRESS
  0x8024001e: 'retry-later', // WU_E_SERVICE_STOP
  0x80240024: 'success', // WU_E_NO_UPDATE
  0x8024004a: 'retry-later', // WU_E_SETUP_IN_PROGRESS
  0x80242014: 'restart-required', // WU_E_UH_POSTREBOOTSTILLPENDING
  0x8024201d: 'restart-required', // WU_E_UH_HANDLER_DISABLEDUNTILREBOOT
  0x80248001: 'retry-later', // WU_E_DS_INUSE
  0x8024a007: 'retry-later', // WU_E_REBOOT_IN_PROGRESS
  0x8024b001: 'retry-later', // WU_E_WUTASK_INPROGRESS
  0x8024d00c: 'restart-required', // WU_E_SETUP_REBOOT_TO_FIX
  0x8024d00e: 'restart-required', // WU_E_SETUP_REBOOTREQUIRED
  0x8024d014: 'restart-required', // WU_E_SETUP_DEFERRABLE_REBOOT_PENDING
  0x8024d015: 'restart-required', // WU_E_SETUP_NON_DEFERRABLE_REBOOT_PENDING
  0x8024f004: 'retry-later', // WU_E_SERVER_BUSY
  0x000f0801: 'retry-later', // CBS_S_BUSY
  0x800f0806: 'restart-required', // CBS_E_PENDING
  0x800f0833: 'restart-required', // CBS_S_STACK_RESTART_REQUIRED
  0x800f0835: 'retry-later', // CBS_E_STACK_SHUTTING_DOWN
  0x800f0902: 'retry-later', // CBS_E_BUSY
};

const FACILITY_WIN32 = 0x8007;

/**
 * What `code` means: an exit code as processes give it (0 to 4,294,967,295), or an HRESULT, also as the negative number
 * that COM gives. Everything that is not known to be harmless is a failure.
 */
export function meaningOfExitCode(code: number): ExitCodeMeaning {
  if (!Number.isInteger(code) || code < -0x80000000 || code > 0xffffffff) return 'failure';
  const unsigned = code >>> 0;
  const win32 = unsigned >>> 16 === FACILITY_WIN32 ? unsigned & 0xffff : unsigned;
  return HRESULTS[unsigned] ?? WIN32[win32] ?? 'failure';
}
