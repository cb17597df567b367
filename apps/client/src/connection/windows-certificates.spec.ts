import { trustWindowsCertificates } from './windows-certificates';

describe('trustWindowsCertificates', () => {
  const lists: Record<string, string[]> = {
    bundled: ['A', 'B'],
    default: ['extra'],
    system: ['B', 'company'],
  };
  let trusted: unknown;

  it('trusts what Windows trusts beside its own list, each once', () => {
    const problem = trustWindowsCertificates({
      getCACertificates: (type = 'default') => lists[type] ?? [],
      setDefaultCACertificates: (certificates) => {
        trusted = certificates;
      },
    });
    expect(problem).toBeUndefined();
    expect(trusted).toEqual(['A', 'B', 'company']);
  });

  it('keeps its own list and says why when the store cannot be read', () => {
    trusted = 'as before';
    const problem = trustWindowsCertificates({
      getCACertificates: () => {
        throw new Error('The store is locked.');
      },
      setDefaultCACertificates: (certificates) => {
        trusted = certificates;
      },
    });
    expect(problem).toBe('The store is locked.');
    expect(trusted).toBe('as before');
  });
});
