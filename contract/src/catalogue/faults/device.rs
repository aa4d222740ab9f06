//! Faults of the terminal's hardware, power and firmware. Knows the words about them, not how
//! they are simulated.

use super::{FOR, NEXT};
use crate::Channel;
use crate::Invariant::{L1, L2, L3, L4, L6, S1, S2, S3, S4, S6, S9, S10, S11, S12, S13};
use crate::catalogue::{Category, Delays, FaultId, FaultInfo, Met, text};

pub(super) const MODEM_DEAD: FaultInfo = FaultInfo {
    id: FaultId("hw-modem-dead"),
    seed: Some("硬件故障"),
    title: text("modem broken", "通信模块故障"),
    category: Category::Technical,
    cause: text(
        "The 4G module is off, resets itself or answers nothing. What the terminal had to say \
         stays inside it.",
        "4G 模块断电、反复重启或对指令无响应，数据发不出去。",
    ),
    params: &[("modem", "off (silence), reset (starts again and again) or at-error (deaf)"), FOR],
    good: text(
        "Says that there is no network, keeps the order as unknown, and resolves it once the \
         module works again.",
        "提示“无网络”，订单保持“结果未知”，模块恢复后查清。",
    ),
    remedies: &["heal-self-test", "heal-replace-device", "heal-hotline-query"],
    breaks: &[L1, L2, S1, S2, S3],
    delays: Delays::Terminal,
    met: Met::Flight,
};

pub(super) const FLASH_WRITE_FAIL: FaultInfo = FaultInfo {
    id: FaultId("hw-flash-write-fail"),
    seed: Some("硬件故障"),
    title: text("flash can't be written", "闪存写入失败"),
    category: Category::Technical,
    cause: text(
        "The flash refuses writes, so the terminal can't note an order before it sends it.",
        "闪存写入失败，终端在发送交易之前记不下订单。",
    ),
    params: &[FOR],
    good: text(
        "Refuses the sale before anything is sent, and says why.",
        "在发送请求之前就拒绝交易，并说明原因。",
    ),
    remedies: &["heal-self-test", "heal-replace-device"],
    breaks: &[S6],
    delays: Delays::Nothing,
    met: Met::Either,
};

pub(super) const DISPLAY_STUCK: FaultInfo = FaultInfo {
    id: FaultId("hw-display-stuck"),
    seed: Some("硬件故障"),
    title: text("display frozen", "屏幕卡死"),
    category: Category::Technical,
    cause: text(
        "The display shows an old picture. The payment went through, the screen does not say so.",
        "屏幕停留在旧画面，交易成功了也显示不出来。",
    ),
    params: &[FOR],
    good: text(
        "Reports on another channel as well (receipt, soundbox, list), takes no new sale that \
         nobody can see, and shows what was missed once the display answers again.",
        "通过小票、云喇叭、交易列表等其他渠道照常报告结果，看不到金额就不受理新交易，\
         屏幕恢复后补显错过的结果。",
    ),
    remedies: &["heal-self-test", "heal-replace-device"],
    breaks: &[L1, L2, L4],
    delays: Delays::Only(Channel::Screen),
    met: Met::Either,
};

pub(super) const CRASH: FaultInfo = FaultInfo {
    id: FaultId("fw-crash-at"),
    seed: Some("软件问题"),
    title: text("firmware crashes", "软件崩溃"),
    category: Category::Technical,
    cause: text(
        "The firmware crashes in the middle of a payment and starts again with nothing but its \
         flash to remember by.",
        "软件在交易途中崩溃重启，只剩闪存里的记录可以依靠。",
    ),
    params: &[FOR],
    good: text(
        "Starts again by itself, and resolves what was open before it shows the idle screen.",
        "由看门狗自动重启，先把未决订单处理完，再回到待机界面。",
    ),
    remedies: &["heal-firmware-update", "heal-hotline-query"],
    breaks: &[L3, S1, S2],
    delays: Delays::Terminal,
    met: Met::Either,
};

pub(super) const CONFIG_BAD: FaultInfo = FaultInfo {
    id: FaultId("fw-config-bad"),
    seed: Some("配置错误"),
    title: text("wrong configuration", "配置错误"),
    category: Category::Technical,
    cause: text(
        "A stored setting is wrong: terminal number, merchant number or query times. Payments go \
         nowhere, or nobody asks what became of them.",
        "终端号、商户号或查询时间等参数配置错误，交易发不出去，或者结果没人查询。",
    ),
    params: &[("key", "tid, mid or queries: which setting is wrong"), FOR],
    good: text(
        "Checks its settings when it starts and names the wrong one; it never says success.",
        "开机自检配置，指出错误项，绝不显示“成功”。",
    ),
    remedies: &["heal-self-test", "heal-firmware-update"],
    breaks: &[S2],
    delays: Delays::Terminal,
    met: Met::Either,
};

pub(super) const OUTDATED: FaultInfo = FaultInfo {
    id: FaultId("fw-outdated"),
    seed: Some("系统更新不及时"),
    title: text("firmware out of date", "系统更新不及时"),
    category: Category::Management,
    cause: text(
        "The firmware is some versions behind: it does not know newer response codes, and the \
         host takes no sales from the oldest.",
        "终端软件落后几个版本，不认识新的应答码；版本过低时主机不再受理新交易。",
    ),
    params: &[("behind", "how many versions: 1 is still served, 2 is not"), FOR],
    good: text(
        "Treats a code that it does not know as unknown and queries, and its self-test names the \
         firmware as out of date. Below the host's lowest version it takes no sale, says why, and \
         still resolves what is open.",
        "不认识的应答码按“结果未知”处理并查询；自检时提示软件版本过旧。低于主机要求的版本时拒绝新交易并说明原因，未决交易照常查清。",
    ),
    remedies: &["heal-firmware-update", "heal-self-test"],
    breaks: &[S2, L2],
    delays: Delays::Terminal,
    met: Met::Either,
};

pub(super) const AGING: FaultInfo = FaultInfo {
    id: FaultId("hw-aging"),
    seed: Some("硬件老化"),
    title: text("worn-out hardware", "硬件老化"),
    category: Category::Management,
    cause: text(
        "Keys bounce, the scanner sees nothing in a good code, receipts come out too faint to \
         read. Each is a small fault that comes and goes.",
        "按键抖动、扫描枪时常读不出完好的码、小票字迹太淡看不清，故障时有时无。",
    ),
    params: &[
        ("bounce", "how often one press of the green key arrives twice: \"30%\""),
        ("misread", "how often the scanner sees nothing in a good code: \"30%\""),
        ("fade", "how often a receipt is too faint to be read: \"30%\""),
        FOR,
    ],
    good: text(
        "Tests itself, says what is getting worse, and makes one order of a bounced key.",
        "定期自检并提示性能下降；按键抖动只产生一个订单。",
    ),
    remedies: &["heal-self-test", "heal-replace-device"],
    breaks: &[S3, S12],
    delays: Delays::Nothing,
    met: Met::Either,
};

pub(super) const SCANNER: FaultInfo = FaultInfo {
    id: FaultId("hw-scanner-fault"),
    seed: Some("扫描枪故障"),
    title: text("scanner fault", "扫描枪故障"),
    category: Category::Device,
    cause: text(
        "The scanner sends nothing, sends bytes that are no code, sends each code twice or more, \
         or has dropped off the bus.",
        "扫描枪没有输出、输出乱码、把每个码重复送出，或者已从总线上掉线。",
    ),
    params: &[("scanner", "silent, garbage, double, stuck-trigger or usb-detach"), FOR, NEXT],
    good: text(
        "Ends the wait with a clear message, refuses what is not a payment code, and makes one \
         order of a code that comes twice.",
        "等待超时给出明确提示；不是付款码的内容一律拒绝；同一个码送两次只产生一个订单。",
    ),
    remedies: &["heal-replace-device", "heal-self-test"],
    breaks: &[S2, S3, S12],
    delays: Delays::Nothing,
    met: Met::Either,
};

pub(super) const HANG: FaultInfo = FaultInfo {
    id: FaultId("fw-hang"),
    seed: Some("POS机软件故障"),
    title: text("firmware hangs", "POS机软件卡死"),
    category: Category::Device,
    cause: text(
        "The firmware hangs: keys do nothing, the result that came in is not shown.",
        "软件卡死，按键无反应，收到的结果也显示不出来。",
    ),
    params: &[FOR],
    good: text(
        "Is restarted by its watchdog within half a minute, and recovers what was open first.",
        "看门狗在 30 秒内重启，开机后先恢复未决订单。",
    ),
    remedies: &["heal-firmware-update", "heal-replace-device"],
    breaks: &[L3, L6],
    delays: Delays::Terminal,
    met: Met::Either,
};

pub(super) const POWER_CUT: FaultInfo = FaultInfo {
    id: FaultId("power-cut"),
    seed: None,
    title: text("power cut", "突然断电"),
    category: Category::Technical,
    cause: text(
        "The power goes in the middle of a payment: plug, battery or a hasty reset. What was not \
         safely on the flash is gone, and the host goes on without the terminal.",
        "交易途中断电：插头松动、电池耗尽或强行重启。没有安全写入闪存的数据全部丢失，\
         而主机那边照常处理。",
    ),
    params: &[FOR],
    good: text(
        "Writes the order to its flash before it sends it. After power-up it presents or resolves \
         that order before it takes a new sale.",
        "发送之前先把订单写入闪存；上电后先处理未决订单，再受理新交易。",
    ),
    remedies: &["heal-hotline-query", "heal-emergency-runbook", "heal-firmware-update"],
    breaks: &[S6, L3, L1, L2, S3, S11],
    delays: Delays::Terminal,
    met: Met::Flight,
};

pub(super) const TORN_WRITE: FaultInfo = FaultInfo {
    id: FaultId("store-torn-write"),
    seed: None,
    title: text("journal record torn", "流水记录写了一半"),
    category: Category::Technical,
    cause: text(
        "The power goes while a record is being written, and half of it stays on the flash.",
        "写流水时断电，闪存里只留下半条记录。",
    ),
    params: &[FOR],
    good: text(
        "Finds the torn record by its checksum, drops it, and goes on from the last whole one.",
        "用校验和识别残缺记录并丢弃，从最后一条完整记录恢复。",
    ),
    remedies: &["heal-firmware-update", "heal-replace-device"],
    breaks: &[S6, S4, L2],
    delays: Delays::Nothing,
    met: Met::Flight,
};

pub(super) const STORE_FULL: FaultInfo = FaultInfo {
    id: FaultId("store-full"),
    seed: None,
    title: text("flash full", "存储空间已满"),
    category: Category::Technical,
    cause: text(
        "The flash has no room for another record: the batch was never settled, or something else \
         fills it.",
        "闪存没有空间再记一笔：长期没有结算，或者被其他数据占满。",
    ),
    params: &[FOR],
    good: text(
        "Refuses new sales before anything is sent, says why, and still shows its list.",
        "在发送之前拒绝新交易并说明原因，交易列表照常可查。",
    ),
    remedies: &["heal-self-test", "heal-replace-device"],
    breaks: &[S6],
    delays: Delays::Nothing,
    met: Met::Either,
};

pub(super) const JOURNAL_LOST: FaultInfo = FaultInfo {
    id: FaultId("store-journal-lost"),
    seed: None,
    title: text("journal lost", "流水丢失"),
    category: Category::Device,
    cause: text(
        "The device is replaced and its journal can't be moved over: the new one has the same \
         terminal number and knows of no payment.",
        "更换了设备，旧机流水无法迁移：新机终端号相同，却不知道任何交易。",
    ),
    params: &[FOR],
    good: text(
        "Before it sells it learns from the host which payments the open batch holds, shows the \
         last one, and counts on behind it.",
        "受理新交易之前，先向主机取回当前批次的交易，显示最后一笔，并接着编号。",
    ),
    remedies: &["heal-hotline-query", "heal-replace-device"],
    breaks: &[S9, S10, S11, L2, L3],
    delays: Delays::Terminal,
    met: Met::Flight,
};

pub(super) const CLOCK_SKEW: FaultInfo = FaultInfo {
    id: FaultId("time-clock-skew"),
    seed: None,
    title: text("clock wrong", "时钟不准"),
    category: Category::Device,
    cause: text(
        "The battery of the terminal's clock is flat, and the clock is hours off.",
        "终端时钟电池没电，时间差了几个小时。",
    ),
    params: &[("error", "ahead or behind"), ("by", "how much: \"2h\""), FOR],
    good: text(
        "Adopts the host's time at each sign-in, never waits for a moment of the wrong clock, and \
         its self-test names the clock.",
        "每次签到都采用主机时间，不按错误的时钟等待；自检时提示时钟不准。",
    ),
    remedies: &["heal-self-test", "heal-replace-device"],
    breaks: &[S11, S13, L2],
    delays: Delays::Nothing,
    met: Met::Flight,
};
