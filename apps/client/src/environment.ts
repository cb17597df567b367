/**
 * What stays of the environment: Windows' own words (and those of Wine, which stands in for it), the proxy's and ours.
 * Everything else could only make Node, OpenSSL, .NET or PowerShell load something, or trust somebody, for whoever set
 * it: a user's variables reach what an administrator starts in a console.
 */
const KEPT =
  /^(ALLUSERSPROFILE|APPDATA|COMMONPROGRAM(FILES|W6432).*|COMPUTERNAME|HOMEDRIVE|HOMEPATH|LOCALAPPDATA|LOGONSERVER|NUMBER_OF_PROCESSORS|OS|PROCESSOR_.*|PROGRAMDATA|PROGRAMFILES.*|PROGRAMW6432|PUBLIC|SESSIONNAME|SYSTEMDRIVE|SYSTEMROOT|TEMP|TMP|USERDOMAIN.*|USERNAME|USERPROFILE|WINDIR|HTTPS?_PROXY|NO_PROXY|FLEETMEND_.*|WINE.*)$/i;

/** What is worth a word when it was set: it changes whom a program of Node trusts, or what it loads. */
const TOLD =
  /^(NODE_(?!ENV$|VERSION$|PATH$).*|OPENSSL_.*|SSL_CERT_.*|SSLKEYLOGFILE|COR_.*|CORECLR_.*)$/i;

/**
 * Takes out of `environment` what the client doesn't need, and has programs looked for in Windows' own folder only.
 * Answers the names of variables that others obey and this program doesn't. For Windows; before anything is read.
 */
export function cleanEnvironment(environment: NodeJS.ProcessEnv): readonly string[] {
  const ignored: string[] = [];
  for (const name of Object.keys(environment)) {
    if (KEPT.test(name)) continue;
    Reflect.deleteProperty(environment, name);
    if (TOLD.test(name)) ignored.push(name);
  }
  const windows = environment['SystemRoot'] ?? 'C:\\Windows';
  const system = `${windows}\\System32`;
  environment['PATH'] = `${system};${windows};${system}\\Wbem`;
  environment['PATHEXT'] = '.EXE';
  environment['ComSpec'] = `${system}\\cmd.exe`;
  return ignored.sort();
}
