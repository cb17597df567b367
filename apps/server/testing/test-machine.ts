import {
  type EnrolmentRequest,
  type EnrolmentResponse,
  enrolmentResponseSchema,
  type MachineHintsMessage,
  MACHINES_NAMESPACE,
  PROOF_TYPE,
  PROTOCOL_VERSION,
  type PublicKey,
} from '@fleetmend/client-protocol';
import type { CreatedEnrolmentToken, NewEnrolmentToken } from '@fleetmend/dashboard-api';
import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { CompactSign } from 'jose';
import type { Answer, TestServer } from './test-server';
import { TestSocket } from './test-socket';

/** What a proof may say otherwise than it should. */
export interface Forgery {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly key?: KeyObject;
}

/** The keys of a machine, and what it knows after its enrolment. */
export class TestMachine {
  readonly keys = generateKeyPairSync('ed25519');
  readonly machineGuid: string = randomUUID();
  /** This start of its client. */
  instanceId: string = randomUUID();
  enrolled: EnrolmentResponse | undefined;

  constructor(
    private readonly server: TestServer,
    readonly hostname = `PC-${randomUUID().slice(0, 8)}`,
  ) {}

  get id(): string {
    return this.enrolled?.machineId ?? '';
  }

  get publicKey(): PublicKey {
    return this.keys.publicKey.export({ format: 'jwk' }) as PublicKey;
  }

  /** Asks to be enrolled. */
  async enrol(token: string, other: Partial<EnrolmentRequest> = {}): Promise<Answer> {
    const answer = await this.server.browser().post('/enrolments', {
      protocol: PROTOCOL_VERSION,
      token,
      publicKey: this.publicKey,
      hostname: this.hostname,
      machineGuid: this.machineGuid,
      clientVersion: '0.1.0',
      ...other,
    });
    if (answer.status === 201) this.enrolled = enrolmentResponseSchema.parse(answer.body);
    return answer;
  }

  /** A proof as it should be, but for the forgery. */
  async proof({ claims = {}, header = {}, key }: Forgery = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const payload = {
      iss: this.id,
      aud: this.enrolled?.serverId,
      iat: now,
      exp: now + 60,
      jti: randomUUID(),
      ...claims,
    };
    return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
      .setProtectedHeader({ alg: 'EdDSA', typ: PROOF_TYPE, ...header })
      .sign(key ?? this.keys.privateKey);
  }

  /** What hints at the computer that it is. */
  get hints(): MachineHintsMessage {
    return { machineGuid: this.machineGuid, hostname: this.hostname };
  }

  /** Connects as a client that says where it is; throws `Refused`. */
  async connectFrom(
    hints: MachineHintsMessage,
    instanceId = this.instanceId,
    at?: Pick<TestServer, 'address'>,
  ): Promise<TestSocket> {
    const auth = {
      protocol: PROTOCOL_VERSION,
      clientVersion: '0.1.0',
      proof: await this.proof(),
      ...{ instanceId, hints },
    };
    return this.connect(auth, at);
  }

  /** Connects with a new proof, or with this handshake, perhaps to another server; throws `Refused`. */
  async connect(
    auth?: unknown,
    at: Pick<TestServer, 'address'> = this.server,
  ): Promise<TestSocket> {
    return TestSocket.connect(
      at.address,
      MACHINES_NAMESPACE,
      auth ?? {
        protocol: PROTOCOL_VERSION,
        clientVersion: '0.1.0',
        proof: await this.proof(),
      },
    );
  }
}

/** Makes an enrolment token as the administrator. */
export async function newToken(
  server: TestServer,
  options: Partial<NewEnrolmentToken> = {},
): Promise<CreatedEnrolmentToken> {
  const administrator = await server.sharedAdministrator();
  const answer = await administrator.post('/enrolment-tokens', {
    label: 'Test',
    expiresInHours: 1,
    maximumUses: null,
    ...options,
  });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body as CreatedEnrolmentToken;
}

/** A machine that is enrolled. */
export async function enrolledMachine(server: TestServer): Promise<TestMachine> {
  const machine = new TestMachine(server);
  const answer = await machine.enrol((await newToken(server)).secret);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return machine;
}
