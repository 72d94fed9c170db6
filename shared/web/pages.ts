import type { ComponentType } from 'react';
import type { RouteObject } from 'react-router';
import type { SessionView } from '../../contracts/account.ts';
import type { MenuEntry } from './menu.ts';

/** One page of an application: its address, and where its code is loaded from when it is first opened. */
export interface WebPage {
  path: string;
  load: () => Promise<ComponentType>;
}

export function page(path: string, load: () => Promise<ComponentType>): WebPage {
  return { path, load };
}

export function routeOf({ path, load }: WebPage): RouteObject {
  return { path, lazy: { Component: load } };
}

export interface EntranceProps {
  siteName: string;
  signInHint?: string | undefined;
  /** With the page to begin at, when it is not the home page. */
  onSignedIn: (session: SessionView, path?: string) => void;
}

/** What makes one web application of the kit: its name, menu and pages. */
export interface WebApplication {
  siteName: string;
  menu: readonly MenuEntry[];
  pages: readonly WebPage[];
  home: () => Promise<ComponentType>;
  /** One line under the sign-in form, for who would not know what to type. */
  signInHint?: string;
  /** A page that brings a session along with its address: it is shown to who is not signed in, and to who is. */
  entrance?: { path: string; page: ComponentType<EntranceProps> };
  /** A hook: how many things wait for the person at each page of the menu, by path. */
  useMenuCounts?: () => ReadonlyMap<string, number>;
}
