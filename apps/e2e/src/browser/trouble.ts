/** The update that the machines of the browser tests are to get. */
export const update = {
  id: '7a967290-3b1c-4a5e-9a0f-0b0f3f1a2c11',
  revision: 203,
  kb: 'KB5034441',
  title: '2024-01 Security Update for Windows 11 (KB5034441)',
} as const;

/** How an update fails on a machine. */
export interface Trouble {
  readonly code: string;
  readonly phase: 'scan' | 'download' | 'install';
  readonly update: typeof update | Readonly<Record<string, never>>;
}

/** What the reset was made for. */
export const filesMissing: Trouble = { code: '0x80070002', phase: 'download', update };

/** The same code in the phase in which the guard warns of the reset. */
export const storeDamaged: Trouble = { code: '0x80070002', phase: 'install', update };
