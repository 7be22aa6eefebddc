/** The public face of the library: what a script may use, and all that the nodes use. */
export { CouponPools, openCouponPools } from './coupon-pools';
export { CouponPoolsError, type ErrorCode } from './errors';
export { checkRequest } from './assignments/check-requests';
export type * from './assignments/coupon';
export type { Holder } from './assignments/find-holders';
export type { Assignment, AssignmentFilter } from './assignments/list-assignments';
export type { PreviewOptions } from './assignments/preview';
export type {
	NotRedeemed,
	Redeemed,
	RedeemCodeOptions,
	RedeemResult,
} from './assignments/redeem-code';
export type { Batch } from './batches/batch';
export type { CodeEvent, CodeHolder, CodeReport } from './codes/get-code';
export type { CodeState, ListCodesFilter, ListedCode } from './codes/list-codes';
export type { RemovedCode } from './codes/remove-codes';
export type { InvalidRow, UploadOptions, UploadReport } from './codes/upload-report';
export type { UploadItem, UploadSource } from './codes/upload-source';
export type { DatabaseSettings } from './database/open';
export type { PageRequest } from './database/page';
export type * from './messages/message';
export type * from './messages/message-request';
export { compileMessage, macroCalls, render } from './messages/render';
export { gsmInsteadOf, smsLength, type SmsLength } from './messages/sms-length';
export type { CreatePoolOptions } from './pools/create-pool';
export type { PoolReference } from './pools/find-pool';
export type { ListPoolsFilter, PoolStatusFilter } from './pools/list-pools';
export type * from './pools/pool';
export type { ErasedRecipient } from './recipients/erase-recipient';
export type { FindRecipientsFilter, FoundRecipient } from './recipients/find-recipients';
export type { HistoryEntry } from './recipients/get-history';
export type { PoolGlance } from './stock/glance-at-pools';
export type * from './stock/stock-report';
export { POOL_EVENTS } from './watching/pool-event';
export type * from './watching/pool-event';
export type { Watch, WatchOptions } from './watching/watch';
