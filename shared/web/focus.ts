import { useEffect } from 'react';

/** Places that the focus is led back through: a row, its drawer, a field of the drawer. */
const PLACES_KEPT = 20;

/**
 * Keeps the place of who works by keys: when what has the focus goes away (the button that was pressed, the drawer that
 * was closed, the row that was decided), the focus goes back to where it was before, or to the nearest thing around that
 * can take it, instead of to the start of the page.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    let places: HTMLElement[][] = [];
    const onFocus = ({ target }: FocusEvent): void => {
      if (target instanceof HTMLElement) places = [...places.slice(1 - PLACES_KEPT), upward(target)];
    };
    const observer = new MutationObserver(() => {
      const last = places.at(-1)?.[0];
      if (!last || last.isConnected || document.activeElement !== document.body) return;
      places.toReversed().flat().find(canTakeFocus)?.focus({ preventScroll: true });
    });
    document.addEventListener('focusin', onFocus);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener('focusin', onFocus);
      observer.disconnect();
    };
  }, []);
}

function canTakeFocus(element: HTMLElement): boolean {
  return element.isConnected && element.matches('a, button, input, textarea, [tabindex]') && element.checkVisibility();
}

function upward(element: HTMLElement): HTMLElement[] {
  return element.parentElement ? [element, ...upward(element.parentElement)] : [element];
}
