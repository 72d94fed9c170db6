import type { RegistrationImport } from '../../contracts/registration.ts';
import type { Person } from './person.ts';

/** What a school's registrar does with a file of new pupils. */
export interface Registrar {
  upload(file: Uint8Array): Promise<RegistrationImport>;
  findImport(id: string): Promise<RegistrationImport>;
  submit(id: string): Promise<RegistrationImport>;
}

const IMPORTS = '/api/registrations/imports';

export function registrarOf(person: Person): Registrar {
  return {
    upload: (file) => person.upload(`${IMPORTS}/upload?category=resident`, file, '新生.xlsx'),
    findImport: (id) => person.get(`${IMPORTS}/one`, { id }),
    submit: (id) => person.post(`${IMPORTS}/submit`, { id, warningsConfirmed: true }),
  };
}
