import { lazy } from 'react';

/** Forms and dialogs of one's own account: most page loads need none of them, so they are not in the first load. */
export const SignInPage = lazy(async () => ({ default: (await import('./SignInPage.tsx')).SignInPage }));
export const SignInAgain = lazy(async () => ({ default: (await import('./SignInAgain.tsx')).SignInAgain }));
export const IssuedPassword = lazy(async () => ({ default: (await import('./IssuedPassword.tsx')).IssuedPassword }));
export const PasswordDialog = lazy(async () => ({ default: (await import('./PasswordDialog.tsx')).PasswordDialog }));
export const SecondFactorDialog = lazy(async () => ({
  default: (await import('./SecondFactorDialog.tsx')).SecondFactorDialog,
}));
