import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { newCaptcha } from '../../../contracts/captcha.ts';
import type { Problem } from '../../../contracts/core/problems.ts';
import { call, readKey } from '../../../shared/web/api.ts';
import type { OutputOf } from '../../../shared/web/api.ts';

export interface Captcha {
  /** An SVG; undefined until it has come. */
  picture: string | undefined;
  error: Problem | null;
  /** Asks for another picture; the one before is no longer good. */
  another: () => void;
}

/** The picture of this page: a new one each time it is opened, and whenever it is asked for. */
export function useCaptcha(): Captcha {
  const [turn, setTurn] = useState(0);
  const { data, error } = useQuery<OutputOf<typeof newCaptcha>, Problem>({
    queryKey: [...readKey(newCaptcha, {}), turn],
    queryFn: () => call(newCaptcha, {}),
    staleTime: Infinity,
    gcTime: 0,
    meta: { audited: true },
  });
  return { picture: data?.picture, error, another: () => setTurn((before) => before + 1) };
}
