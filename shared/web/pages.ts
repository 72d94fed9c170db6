import type { ComponentType } from 'react';
import type { RouteObject } from 'react-router';

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
