import { useEffect, useRef } from 'react';

/** Hears keys anywhere on the page while the component is shown. */
export function useKey(onKey: (event: KeyboardEvent) => void): void {
  const latest = useRef(onKey);
  useEffect(() => {
    latest.current = onKey;
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => latest.current(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}

/** Whether the key goes into a field. */
export function isTyping({ target }: KeyboardEvent): boolean {
  return target instanceof Element && target.closest('input, textarea, [role=combobox]') !== null;
}

/** Whether a picture is open over the page: its keys turn pictures, nothing else. */
export function isLookingAtPicture(): boolean {
  return Array.from(document.querySelectorAll('.ant-image-preview')).some((preview) => preview.checkVisibility());
}
