/** Somebody who is signed in at the machine, on the spot or from afar. */
export interface SignedIn {
  readonly id: number;
  /** Somebody sits before it; otherwise it was left open. */
  readonly isActive: boolean;
}

/** A box that Windows shows in a session. */
export interface Notice {
  readonly title: string;
  readonly text: string;
  /** So long it stands. */
  readonly timeoutSeconds: number;
}

/** `none`: the time was over, or nobody could see it. */
export type NoticeAnswer = 'yes' | 'no' | 'none';

/** The people at the machine. */
export interface Sessions {
  /** Throws {@link Unavailable}. */
  signedIn(): Promise<readonly SignedIn[]>;
  /** Asks in one session and waits for the answer. Throws {@link WindowsError} and {@link Unavailable}. */
  ask(session: number, notice: Notice): Promise<NoticeAnswer>;
  /** Shows something in a session and waits for nothing. Throws as {@link ask} does. */
  tell(session: number, notice: Notice): Promise<void>;
}
