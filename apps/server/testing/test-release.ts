import { RELEASE_TYPE, type ReleaseManifest } from '@fleetmend/client-protocol';
import type { Release, Rollout } from '@fleetmend/dashboard-api';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { CompactSign } from 'jose';
import type { TestMachine } from './test-machine';
import type { Answer, TestServer } from './test-server';

const publisher = generateKeyPairSync('ed25519');

/** An executable and its manifest, signed as a publisher does. */
export interface PublishedRelease {
  readonly content: Buffer;
  readonly manifest: string;
}

export async function publish(
  version: string,
  says: Partial<ReleaseManifest> = {},
): Promise<PublishedRelease> {
  const content = randomBytes(50_000);
  const manifest: ReleaseManifest = {
    ...{ version, architecture: 'x64', size: content.length },
    sha256: createHash('sha256').update(content).digest('hex'),
    createdAt: '2026-11-20T12:00:00.000Z',
    ...says,
  };
  const signed = await new CompactSign(new TextEncoder().encode(JSON.stringify(manifest)))
    .setProtectedHeader({ alg: 'EdDSA', typ: RELEASE_TYPE })
    .sign(publisher.privateKey);
  return { content, manifest: signed };
}

/** Uploads bytes as the administrator. */
export async function uploadExecutable(
  server: TestServer,
  id: string,
  content: Uint8Array,
): Promise<Answer> {
  const { cookie = '', csrfToken = '' } = await server.sharedAdministrator();
  const response = await fetch(`${server.address}/api/v1/releases/${id}/executable`, {
    method: 'PUT',
    headers: {
      cookie,
      'x-fleetmend-csrf': csrfToken,
      'content-type': 'application/octet-stream',
    },
    body: new Uint8Array(content),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** A release that is there, with its executable, and is offered to nobody yet. */
export async function uploadedRelease(
  server: TestServer,
  version: string,
): Promise<Release & { readonly content: Buffer }> {
  const { content, manifest } = await publish(version);
  const administrator = await server.sharedAdministrator();
  const made = await administrator.post('/releases', { manifest });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  const { id } = made.body as Release;
  const uploaded = await uploadExecutable(server, id, content);
  if (uploaded.status !== 200) throw new Error(JSON.stringify(uploaded.body));
  return { ...(uploaded.body as Release), content };
}

export async function rollOut(server: TestServer, id: string, rollout: Rollout): Promise<Answer> {
  const administrator = await server.sharedAdministrator();
  return administrator.request('PUT', `/api/v1/releases/${id}/rollout`, rollout);
}

/** Fetches what a machine was offered. */
export async function fetchExecutable(
  server: TestServer,
  machine: TestMachine,
  releaseId: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${server.address}/api/v1/client-updates/${releaseId}/executable`, {
    headers: { authorization: `FleetMend-Proof ${await machine.proof()}`, ...headers },
  });
}
