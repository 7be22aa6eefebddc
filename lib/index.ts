/** The public face of the library: what a script may use, and all that the nodes use. */
export { CouponPools, openCouponPools } from './coupon-pools';
export { CouponPoolsError, type ErrorCode } from './errors';
export { checkRequest } from './assignments/check-requests';
export type { AssignOnDemandOptions } from './assignments/assign-on-demand';
export type * from './assignments/coupon';
export type { Holder } from './assignments/find-holder';
export type * from './assignments/import-report';
export type { Assignment } from './assignments/assignment';
export type { AssignmentFilter } from './assignments/assignment-filter';
export type { PreviewOptions } from './assignments/preview';
export { readOrder, type Shop, type ShopOrder } from './assignments/read-order';
export { readSignedOrder, type SignedOrder } from './assignments/read-signed-order';
export { checkOrder } from './assignments/redeem-orders';
export type { RedeemCodeOptions } from './assignments/redeem-code';
export type {
	NotRedeemed,
	NotRedeemedReason,
	Redeemed,
	RedeemResult,
} from './assignments/redeem-result';
export type { Batch } from './batches/batch';
export { SAFE_GUESSES } from './codes/capacity';
export type { GenerateOptions, GenerateReport } from './codes/generate-report';
export type { CodeEvent, CodeHolder, CodeReport } from './codes/get-code';
export type { CodeState, ListCodesFilter, ListedCode } from './codes/listed-code';
export type { RemovedCode } from './codes/remove-codes';
export { previewCodes, READABLE_ALPHABET, type CodeForm } from './codes/code-form';
export type { InvalidRow, UploadOptions, UploadReport } from './codes/upload-report';
export type { UploadItem, UploadSource } from './codes/upload-source';
export type { DatabaseSettings } from './database/open';
export type { PageRequest } from './database/page';
export type * from './messages/message';
export type * from './messages/message-request';
export { compileMessage, macroCalls, render } from './messages/render';
export { gsmInsteadOf, smsLength, type SmsLength } from './messages/sms-length';
export type { ArchivedPool } from './pools/archive-pool';
export type { DynamicPool, DynamicPoolSettings } from './pools/create-dynamic-pool';
export type { CreatePoolOptions } from './pools/create-pool';
export type { Dynamic, DynamicSettings } from './pools/dynamic-settings';
export type { PoolReference } from './pools/find-pool';
export type { SharedCode } from './pools/list-shared-codes';
export type { ListPoolsFilter, PoolStatusFilter } from './pools/list-pools';
export type * from './pools/pool';
export type { PoolUse } from './pools/record-uses';
export type { WhereUsed } from './pools/where-used';
export { fetchTransport, type FetchTransportSettings } from './providers/fetch-transport';
export type { Provider, ProviderName, Rule } from './providers/provider';
export { magentoProvider, type MagentoSettings } from './providers/magento';
export { withoutSecrets } from './providers/secrets';
export { shopAddress } from './providers/shop-address';
export { signatureHeaders } from './providers/signature';
export { woocommerceProvider, type WooCommerceSettings } from './providers/woocommerce';
export { shopifyProvider } from './providers/shopify';
export type { ShopifySettings } from './providers/shopify-client';
export { shopifyHeaders, type ShopifyAccess } from './providers/shopify-token';
export type { ShopRequest, ShopResponse, Transport } from './providers/transport';
export type { ErasedRecipient } from './recipients/erase-recipient';
export type { FindRecipientsFilter, FoundRecipient } from './recipients/find-recipients';
export type { HistoryEntry } from './recipients/get-history';
export type { Proof } from './reports/prove-sums';
export type {
	CampaignReport,
	DayReport,
	PoolReport,
	ReportOptions,
} from './reports/report-pool';
export type { PoolGlance } from './stock/glance-at-pools';
export type { ReconcileOptions, ReconcileReport } from './refills/reconcile-pool';
export type { RefillReport } from './refills/refill';
export type { RefillOptions } from './refills/refill-pool';
export type * from './stock/stock-report';
export { POOL_EVENTS } from './watching/pool-event';
export type * from './watching/pool-event';
export type { Watch, WatchOptions } from './watching/watch';
