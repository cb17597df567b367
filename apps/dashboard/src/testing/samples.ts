import {
  type AuditEntry,
  type CreatedEnrolmentToken,
  type EnrolmentToken,
  type Session,
  type User,
} from '@fleetmend/dashboard-api';

/** The `n`th id. */
export function sampleId(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

export function sampleUser(part: Partial<User> = {}): User {
  return {
    id: sampleId(1),
    email: 'ada@example.org',
    name: 'Ada Lovelace',
    role: 'administrator',
    disabled: false,
    createdAt: '2026-01-01T08:00:00Z',
    lastSignInAt: '2026-01-02T08:00:00Z',
    ...part,
  };
}

export function sampleSession(user: Partial<User> = {}, csrfToken = 'csrf-1'): Session {
  return { user: sampleUser(user), csrfToken, expiresAt: '2026-01-03T08:00:00Z' };
}

export function sampleToken(part: Partial<EnrolmentToken> = {}): EnrolmentToken {
  return {
    id: sampleId(20),
    label: 'Office',
    createdAt: '2026-01-01T08:00:00Z',
    createdBy: 'ada@example.org',
    expiresAt: '2026-02-01T08:00:00Z',
    maximumUses: 10,
    site: null,
    tags: [],
    uses: 3,
    revokedAt: null,
    state: 'active',
    ...part,
  };
}

export function sampleCreatedToken(
  part: Partial<CreatedEnrolmentToken> = {},
): CreatedEnrolmentToken {
  return {
    ...sampleToken(),
    secret: 'fm-secret-1',
    installCommand: 'fleetmend-client.exe enroll --server http://server --token fm-secret-1',
    ...part,
  };
}

export function sampleEntry(n: number, part: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: sampleId(1000 + n),
    at: '2026-01-02T08:00:00Z',
    actor: 'ada@example.org',
    action: 'user.changed',
    subjectType: 'user',
    subjectId: sampleId(1),
    summary: `Entry ${n}`,
    before: { role: 'viewer' },
    after: { role: 'operator' },
    address: '127.0.0.1',
    ...part,
  };
}
