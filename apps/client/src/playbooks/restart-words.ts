import { type Notice } from '../windows/sessions';

interface Words {
  readonly title: string;
  readonly ask: (minutes: number, deferral: number) => string;
  readonly tell: (minutes: number) => string;
  readonly now: string;
}

const ENGLISH: Words = {
  title: 'Your computer needs a restart',
  ask: (minutes, deferral) =>
    `Your administrator asks to restart this computer, so that updates can be installed.\n\nRestart now? Save your work first.\n\n"No" puts it off for ${deferral} minutes. Without an answer it restarts in ${minutes} minutes.`,
  tell: (minutes) =>
    `Your administrator restarts this computer in ${minutes} minutes, so that updates can be installed. Please save your work now.`,
  now: 'Your administrator restarts this computer now, so that updates can be installed.',
};

const GERMAN: Words = {
  title: 'Ihr Computer muss neu gestartet werden',
  ask: (minutes, deferral) =>
    `Ihre Administration bittet darum, diesen Computer neu zu starten, damit Updates installiert werden können.\n\nJetzt neu starten? Speichern Sie vorher Ihre Arbeit.\n\n„Nein“ verschiebt den Neustart um ${deferral} Minuten. Ohne Antwort startet der Computer in ${minutes} Minuten neu.`,
  tell: (minutes) =>
    `Ihre Administration startet diesen Computer in ${minutes} Minuten neu, damit Updates installiert werden können. Bitte speichern Sie jetzt Ihre Arbeit.`,
  now: 'Ihre Administration startet diesen Computer jetzt neu, damit Updates installiert werden können.',
};

/** In the language of the system, as far as these words know it. */
function words(locale = Intl.DateTimeFormat().resolvedOptions().locale): Words {
  return locale.startsWith('de') ? GERMAN : ENGLISH;
}

/** The question whether it may be now. */
export function restartQuestion(minutes: number, deferral: number, locale?: string): Notice {
  const { title, ask } = words(locale);
  return { title, text: ask(minutes, deferral), timeoutSeconds: minutes * 60 };
}

/** The announcement that nobody can put off. */
export function restartNotice(minutes: number, locale?: string): Notice {
  const { title, tell } = words(locale);
  return { title, text: tell(minutes), timeoutSeconds: minutes * 60 };
}

/** What Windows shows in the last seconds. */
export function restartMessage(locale?: string): string {
  return words(locale).now;
}
