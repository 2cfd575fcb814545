//! The words with which headlines and slugs announce that they amend an earlier article.

use crate::article::Amendment::{self, Correction, Kill, Update};

/// What is announced, whether the rest of the headline must be set off by a mark, and the words that announce it, parted by bars. Where they need
/// no mark nothing else begins so.
pub const OPENINGS: [(Amendment, bool, &str); 5] = [
    (
        Kill,
        true,
        "bulletin kill | kill | story kill | withhold | mandatory withhold | withdrawn | story withdrawn | story removed | \
         story retracted | retraction | retracted | إلغاء | سحب | annulation | annule et supprime | anulación | annullamento | \
         zurückgezogen | аннулирование | إلغاء إلزامي | إلغاء فوري | تنبيه إلغاء | annulation obligatoire | dépêche annulée | \
         anulación obligatoria | noticia anulada | anulação | anulação obrigatória | notícia anulada | notizia annullata | \
         meldung zurückgezogen | аннулировано | аннулируется | haber iptal | haber iptali | iptal haber | حذف خبر | لغو خبر | \
         撤稿 | 撤销稿件 | 撤銷稿件 | 取り消し | 記事取り消し | 記事取消 | 전문취소 | 기사 취소 | kill kill kill | urgent kill | kill notice | \
         story kill notice | notice of retraction | please disregard | avis d'annulation | nota anulada | \
         información anulada | despacho anulado | eilmeldung zurückgezogen | аннуляция | отмена сообщения | خبر ملغى | \
         تنويه بحذف خبر | این خبر لغو شد | 전문 취소 | 기사취소 | anulacja | anulacja depeszy | zrušení zprávy",
    ),
    (
        Kill,
        false,
        "mandatory kill | إلغاء خبر | إلغاء الخبر | سحب خبر | سحب الخبر | تنويه بإلغاء خبر | تنويه بإلغاء الخبر | \
         تنويه إلغاء خبر | تنويه بسحب خبر | الرجاء عدم نشر خبر | الرجاء عدم نشر الخبر | الرجاء عدم استخدام خبر | \
         يرجى عدم نشر خبر | يرجى عدم استخدام خبر | برجاء عدم نشر خبر | برجاء عدم نشر الخبر | رجاء عدم نشر خبر | \
         رجاء عدم نشر الخبر | نرجو عدم نشر خبر | نرجو عدم نشر الخبر | يلغى خبر | يلغى الخبر | аннулируется сообщение | \
         anulada la noticia | anulada la nota",
    ),
    (
        Correction,
        true,
        "correction | corrected | corrects | corr | clarification | refile | تصحيح | تصويب | استدراك | تنويه وتصحيح | \
         تصحيح وتنويه | إعادة مع تصحيح | إعادة مع التصحيح | إعادة إرسال مع تصحيح | repeat with correction | \
         repeats with correction | reprise avec correction | répétition avec correction | rectificatif | corrige | \
         corrección | correzione | correção | berichtigung | korrektur | исправление | исправлено | düzeltme | اصلاحیه | \
         تصحیح | 更正 | 訂正 | rettifica | errata corrige | errata | rectificación | fe de errores | fe de erratas | \
         rectification | rectificatie | correctie | sprostowanie | korekta | oprava | rättelse | rettelse | oikaisu | \
         διόρθωση | תיקון | ڕاستکردنەوە | تصحيح خطأ | 정정 | 정정보도 | đính chính | уточнение | уточнено | виправлено | ralat | \
         koreksi | corrected official | erratum | rectif | correctif | corregida | corregido | berichtigt | corrigida | \
         corrigido | retificação | исправленная версия | виправлення | düzeltilmiş haber | tekrar düzeltme | إعادة تصحيح | \
         مصحح | مصححة | اصلاح خبر | 订正 | 勘误 | korreksjon | korjaus | helyreigazítás | ispravak | ispravka | rectificare | \
         संशोधित",
    ),
    (Correction, false, "تصحيح خبر | تصويب خبر | تصحيح في خبر"),
    (
        Update,
        true,
        "update | updated | تحديث | محدث | محدثة | mise à jour | actualización | actualización urgente | aggiornamento | \
         aktualisiert | обновлено | дополнено | güncelleme | 更新 | atualização | atualizado | actualizado | aktualisierung | \
         aggiornato | обновление | به‌روزرسانی | actualisation | actualisé | actualiza | amplía | atualiza | расширено | \
         расширенная версия | güncellendi",
    ),
];
