/**
 * What the repairs beyond the update cache do. Programs of Windows are named by what they do; which program that is,
 * and with which arguments, is compiled into the client.
 */
export type RepairAction =
  | { readonly action: 'check-component-store' }
  | { readonly action: 'restore-component-store'; readonly timeoutSeconds: number }
  | { readonly action: 'verify-component-store' }
  /** Compares system files with the component store and replaces damaged ones (`sfc /scannow`). */
  | { readonly action: 'repair-system-files'; readonly timeoutSeconds: number }
  | { readonly action: 'check-troubleshooter' }
  | { readonly action: 'run-troubleshooting-pack'; readonly timeoutSeconds: number }
  | { readonly action: 'check-driver-policy' }
  | { readonly action: 'install-drivers'; readonly timeoutSeconds: number }
  | { readonly action: 'verify-drivers' }
  | { readonly action: 'find-backups' }
  | { readonly action: 'delete-backups' }
  | { readonly action: 'verify-backups-deleted' };
