import { Passwords } from './passwords';

describe('Passwords', () => {
  it('verifies what it hashed, and nothing else', async () => {
    const passwords = new Passwords();
    const hash = await passwords.hash('correct horse battery');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=32768,t=2,p=1\$/);
    expect(await passwords.verify('correct horse battery', hash)).toBe(true);
    expect(await passwords.verify('Correct horse battery', hash)).toBe(false);
    expect(await passwords.hash('correct horse battery')).not.toBe(hash);
  });

  it('takes a composed and a decomposed letter for the same', async () => {
    const passwords = new Passwords();
    const hash = await passwords.hash('gr\u00FC\u00DFe aus k\u00F6ln');
    expect(await passwords.verify('gru\u0308\u00DFe aus ko\u0308ln', hash)).toBe(true);
  });

  it('says no to who has no account, after doing the same work', async () => {
    const passwords = new Passwords();
    expect(await passwords.verify('whatever it is', undefined)).toBe(false);
  });

  it('verifies hashes of another cost', async () => {
    const passwords = new Passwords();
    const cheap = '$argon2id$v=19$m=1024,t=2,p=1$c29tZXNhbHQ$';
    await expect(passwords.verify('password', `${cheap}AAAAAAAAAAAAAAAAAAAAAA`)).resolves.toBe(
      false,
    );
    await expect(passwords.verify('password', 'plain')).rejects.toThrow(/format/);
  });

  it('refuses when too many wait', async () => {
    const passwords = new Passwords();
    const hash = '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA';
    const tries = await Promise.allSettled(
      Array.from({ length: 80 }, () => passwords.verify('x', hash)),
    );
    const refused = tries.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(28);
    expect(refused[0]).toMatchObject({ reason: { code: 'server-busy' } });
  });
});
