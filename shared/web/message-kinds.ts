/** What the kinds of messages between nodes mean, for the people who read the log. */
export const messageKindTitles: Readonly<Record<string, string>> = {
  'identity.claim': '申请查重',
  'identity.claimed': '查重结果',
  'identity.verified': '认证结果',
  'identity.confirm': '建籍确认',
  'identity.release': '释放身份',
  'record.summarised': '学籍摘要上报',
  'link.hello': '建立连接',
  'link.receipt': '消息回执',
  'link.digest': '收发对账',
  'link.enrol': '申请入网',
  'link.heartbeat': '心跳',
};
