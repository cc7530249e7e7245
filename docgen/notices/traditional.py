"""Traditional characters of official texts to simplified ones, one for one: a place in one is a place in the other."""

from __future__ import annotations

import unicodedata

PAIRS = """
會会 險险 業业 勞劳 動动 資资 員员 實实 務务 單单 補补 貼贴 貸贷 創创 辦办 經经 濟济 門门 關关 開开 國国 區区 縣县
鄉乡 鎮镇 號号 發发 條条 規规 則则 標标 準准 項项 錄录 證证 認认 請请 審审 領领 據据 報报 備备 數数 額额 萬万 億亿
圓元 職职 學学 畢毕 歷历 醫医 療疗 藥药 護护 養养 傷伤 殘残 撫抚 卹恤 遺遗 屬属 戶户 農农 貧贫 難难 幫帮 試试 點点
範范 圍围 間间 時时 監监 檢检 責责 罰罚 違违 誠诚 處处 決决 執执 複复 議议 訴诉 訟讼 調调 爭争 糾纠 紛纷 協协 約约
雙双 權权 義义 強强 獎奖 勵励 賠赔 償偿 賬账 帳账 銀银 錢钱 財财 稅税 費费 價价 預预 結结 餘余 撥拨 繳缴 納纳 徵征
滯滞 續续 轉转 變变 終终 僅仅 對对 應应 當当 與与 為为 於于 從从 並并 個个 們们 這这 來来 後后 裡里 裏里 內内 兩两
幾几 無无 產产 廠厂 廣广 東东 車车 馬马 電电 話话 線线 網网 絡络 機机 構构 檔档 總总 統统 計计 劃划 畫画 設设 築筑
環环 衛卫 衞卫 體体 聯联 繫系 係系 組组 織织 黨党 團团 隊队 軍军 導导 師师 傳传 遞递 輸输 轄辖 運运 營营 達达 遠远
進进 過过 還还 遲迟 選选 適适 郵邮 鄰邻 釋释 鑑鉴 鑒鉴 針针 鐵铁 錯错 長长 閉闭 閱阅 陽阳 陰阴 階阶 際际 隨随 雜杂
離离 頁页 順顺 須须 頒颁 頓顿 頭头 題题 顏颜 類类 顧顾 風风 飛飞 飯饭 飲饮 館馆 駐驻 騙骗 驗验 魚鱼 齊齐 齡龄 龍龙
僱雇 優优 儲储 兒儿 勝胜 勢势 勳勋 勻匀 匯汇 匱匮 華华 卻却 厲厉 參参 吳吴 啟启 問问 嚴严 園园 場场 塊块 壓压 壞坏
壯壮 聲声 壽寿 夠够 夾夹 奪夺 奮奋 婦妇 婁娄 孫孙 寧宁 寫写 寬宽 尋寻 將将 專专 屆届 層层 島岛 帶带 幣币 幹干 廢废
廳厅 張张 彈弹 彙汇 徑径 復复 恆恒 悅悦 慮虑 慶庆 憂忧 憑凭 懲惩 懷怀 戰战 戲戏 拋抛 捨舍 掃扫 掛挂 採采 換换 揚扬
損损 搶抢 擇择 擊击 擔担 擬拟 擴扩 攜携 攝摄 敗败 敘叙 斷断 斂敛 暫暂 暢畅 曆历 書书 朧胧 棄弃 極极 榮荣 樣样 樓楼
樂乐 樹树 橋桥 歡欢 歲岁 歸归 殺杀 毀毁 氣气 漢汉 況况 減减 測测 渾浑 湊凑 溫温 滿满 漁渔 漲涨 漸渐 潔洁 災灾 煙烟
爾尔 牽牵 獨独 獲获 獻献 現现 瑣琐 甌瓯 畝亩 異异 疊叠 癥症 盡尽 盤盘 眾众 睏困 礎础 禮礼 種种 稱称 穩稳 窮穷 競竞
筆笔 節节 簡简 簽签 籌筹 糧粮 紀纪 紅红 級级 給给 絕绝 維维 綜综 綠绿 編编 緊紧 緒绪 縮缩 績绩 繼继 罷罢 羅罗 聖圣
聞闻 肅肃 脫脱 腦脑 膽胆 臨临 舉举 舊旧 艙舱 艱艰 莊庄 葉叶 蘇苏 藝艺 虛虚 蟲虫 術术 衝冲 裝装 製制 褲裤 見见 視视
親亲 覺觉 觀观 訂订 討讨 訓训 記记 訪访 許许 評评 詞词 詢询 詳详 誤误 說说 課课 談谈 論论 諮咨 講讲 謀谋 譯译 譽誉
讀读 讓让 負负 貢贡 貨货 販贩 貫贯 貴贵 買买 賃赁 賈贾 賓宾 賢贤 賣卖 質质 購购 贈赠 贊赞 趙赵 趕赶 跡迹 踐践 軌轨
軟软 較较 載载 輕轻 輔辅 輪轮 輯辑 辭辞 邊边 鄭郑 釀酿 鈔钞 銷销 鋪铺 錦锦 鍵键 鏈链 鐘钟 隱隐 靈灵 靜静 響响 頻频
願愿 鬥斗 黃黄 麗丽 麼么 貳贰 陸陆 臺台 灣湾 塵尘 礦矿 綫线 註注 麵面 託托 贖赎 歿殁 喪丧
"""

_SIMPLIFIED = {ord(pair[0]): pair[1] for pair in PAIRS.split()}
_FOLDED: dict[int, str] = {}


def simplified(text: str) -> str:
    """The text with the traditional characters known here made simplified; as long as before."""
    return text.translate(_SIMPLIFIED)


def folded(text: str) -> str:
    """As a search compares: simplified, half width, lower case; each character one character, so that places stay."""
    if text.isascii():
        return text.lower()
    return "".join([_FOLDED.get(ord(c)) or _fold(c) for c in text])


def _fold(char: str) -> str:
    """One character, kept for the next time; what would grow (㎡, ß) or split stays as it is."""
    plain = unicodedata.normalize("NFKC", char)
    plain = plain.lower() if len(plain) == 1 else char
    plain = plain if len(plain) == 1 else char
    made = _SIMPLIFIED.get(ord(plain), plain)
    if len(_FOLDED) < 50_000:  # a hostile text of every code point must not fill the memory
        _FOLDED[ord(char)] = made
    return made
