import { message } from 'antd';
import { createContext, use } from 'react';
import type { ReactNode } from 'react';

type Messages = ReturnType<typeof message.useMessage>[0];

const MessagesContext = createContext<Messages | undefined>(undefined);

/** Short messages at the top of the page. (antd's own `App` would bring its dialogs into the first load.) */
export function MessagesProvider({ children }: { children: ReactNode }) {
  const [messages, holder] = message.useMessage({ maxCount: 3 });
  return (
    <MessagesContext value={messages}>
      {holder}
      {children}
    </MessagesContext>
  );
}

/** Says in a message what was done (`success`) or refused (`error`) where no form or dialog says it. */
export function useMessages(): Messages {
  return use(MessagesContext)!;
}
