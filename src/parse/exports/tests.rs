use super::*;

const STORY: &str = "Four wells in the town of Orun were reopened on Wednesday, the water board said.\n\nThe council meets on Friday.";

/// Headline, newspaper, date and language of each article, if its text is the story and nothing else.
fn read_as(text: &str) -> Vec<String> {
    let whole = |draft: Draft| {
        let said = [draft.title, draft.source, draft.published, draft.lang].map(Option::unwrap_or_default).join(" | ");
        if draft.text.as_deref() == Some(STORY) { said } else { format!("{said}: {:?}", draft.text) }
    };
    read(text).unwrap_or_default().into_iter().map(whole).collect()
}

#[test]
fn factiva_sets_a_line_for_each_thing_it_knows() {
    let end = "Document ORUNC00020260304em3400012";
    let header = "4 March 2026\n22:13\nThe Orun Courier\nORUNC\nFirst\n12\nEnglish\n(c) 2026 Orun Media Limited. All rights reserved.";
    let expected = "Wells of Orun reopen after nine months | The Orun Courier | 4 March 2026 22:13 | en";
    for above in [
        "Wells of Orun reopen after nine months",
        "World News\nWells of Orun reopen after nine months",
        "World News\nWells of Orun reopen after nine months\nBy Ada Quill",
        "Wells of Orun reopen after nine months: [National]\nAda Quill",
    ] {
        let article = format!("{above}\n1,512 words\n{header}\n\n{STORY}\n\nOrun Media Limited\n\n{end}");
        assert_eq!(read_as(&article), [expected], "{above}");
        let two = format!("{article}\n\n{article}\n\nSearch Summary\n{}", "Text wells\n".repeat(40));
        assert_eq!(read_as(&two), [expected; 2], "{above}");
    }
    let second =
        format!("Wells of Orun reopen at last, board says\nSecond headline of a few more words\n512 words\n{header}\n\n{STORY}\n{end}");
    assert!(read_as(&second)[0].contains("Some(\"Second headline of a few more words\\n\\nFour wells"), "{second}");
}

#[test]
fn factiva_labels_each_thing_it_knows() {
    let labelled = format!(
        "HD Wells reopen\nBY By Ada Quill\nWC 512 words\nPD 4 March 2026\nSN The Orun Courier\nLA English\nLP\n{}\nTD\n{}\n\nIN\niwater : \
         Water\nAN\nDocument ORUNC00020260304em3400012",
        STORY.split_once("\n\n").unwrap().0,
        STORY.split_once("\n\n").unwrap().1
    );
    assert_eq!(read_as(&labelled), ["Wells reopen | The Orun Courier | 4 March 2026 | en"]);
}

#[test]
fn nexis_sets_labels_above_and_below() {
    let below = "LOAD-DATE: March 5, 2026\n\nLANGUAGE: ENGLISH\n\nCopyright 2026 The Orun Courier Company\nAll Rights Reserved";
    let above = "               The Orun Courier\n\n         March 4, 2026 Wednesday\n           Late Edition - Final\n\nWells reopen";
    let expected = "Wells reopen | The Orun Courier | March 4, 2026 Wednesday | en";
    let old = format!("1 of 2 DOCUMENTS\n\n{above}\n\nBYLINE: By ADA QUILL,\nin Orun\n\nLENGTH: 112 words\n\n{STORY}\n\n{below}\n\n");
    assert_eq!(read_as(&format!("{old}{}", old.replace("1 of", "2 of"))), [expected; 2]);
    assert_eq!(read_as(&format!("{above}\n\nLENGTH: 112 words\n\nBODY:\n\n{STORY}\n\n{below}")), [expected]);
    let new = format!(
        "User Name: ada\nDocuments (1)\nAbout LexisNexis | Privacy Policy\nPage 1 of 1\nWells reopen\nThe Orun Courier\nMarch 4, 2026 \
         Wednesday 10:13 PM GMT\n\nCopyright 2026 The Orun Courier Company All Rights Reserved\n\nSection: A\nLength: 112 words\nBody\n\n{STORY}\n\
         Graphic\n\nThe mayor at the well.\n\nLoad-Date: March 5, 2026\n\nEnd of Document\n"
    );
    assert_eq!(read_as(&new), ["Wells reopen | The Orun Courier | March 4, 2026 Wednesday 10:13 PM GMT | "]);
}

#[test]
fn proquest_and_newsbank_are_read() {
    let catalogue = "Publication title: Orun Courier, Late Edition; Orun\n\nPublication date: Mar 4, 2026\n\nLanguage of publication: English\n\n\
        ProQuest document ID: 2912345678\n\nDatabase: One";
    let expected = "Wells reopen | Orun Courier | Mar 4, 2026 | en";
    for export in [
        format!(
            "Wells reopen: [Foreign]\n\nQuill, Ada.\n\nABSTRACT\n\nWells.\n\nFULL TEXT\n\n{STORY}\n\nDETAILS\n\nSubject: Wells\n\n{catalogue}"
        ),
        format!(
            "{0}\nDocument 1 of 1\n\nTitle: Wells reopen\n\nFull text: {STORY}\n\nSubject: Wells\n\n{catalogue}\n{0}\nContact us",
            "_".repeat(40)
        ),
    ] {
        assert_eq!(read_as(&export), [expected], "{export}");
    }
    // What has no text to it is kept as it stands.
    let rule = "_".repeat(40);
    let two =
        format!("{rule}\nTitle: Wells reopen\n\nFull text: {STORY}\n\n{catalogue}\n{rule}\nTitle: No text\n\n{catalogue}\n{rule}\nContact");
    assert_eq!(read(&two).unwrap().len(), 2);
    let bank =
        format!("Wells reopen\nMarch 4, 2026 | Orun Courier (Veldany)\nAuthor: Ada Quill | 112 Words\nPage: A1\n\n{STORY}\n\n© 2026 Orun");
    assert_eq!(read_as(&bank), ["Wells reopen | Orun Courier | March 4, 2026 | "]);
}

#[test]
fn no_part_of_a_story_is_lost() {
    let of = |export: String| -> Vec<String> { read(&export).unwrap().into_iter().map(|draft| draft.text.unwrap()).collect() };
    let story = format!(
        "IN a statement the board said so.\n\n{STORY}\n\nNotes\n\nAN inquiry was opened.\n\nCopyright holders of the plans will be heard in June."
    );
    let factiva = format!(
        "HD Wells reopen\nSN The Orun Courier\nLP\n{story}\nTD\nIN brief: more.\n\nCO\norunc : Orun Courier\nIN iwater : Water\nAN\nDocument ORUNC00020260304em3400012"
    );
    assert_eq!(of(factiva.clone()), [format!("{story}\n\nIN brief: more.")]);
    assert_eq!(of(format!("{factiva}\n\nThe end of another text.")).len(), 2);
    let nexis = |story: &str| {
        format!(
            "The Orun Courier\n\nMarch 4, 2026 Wednesday\n\nWells reopen\n\nLENGTH: 112 words\n\nBODY:\n\n{story}\n\nGraphic\n\nThe mayor.\n\nThe well.\n\nURL: https://orun.example/\n\nLOAD-DATE: March 5, 2026"
        )
    };
    let story = format!("{story}\n\nURL: none was given.\n\nAbout LexisNexis\n\nIt keeps what others write.");
    assert_eq!(of(nexis(&story)), std::slice::from_ref(&story));
    let rule = "_".repeat(40);
    let story = format!("{story}\n{rule}\nMore of it.");
    assert_eq!(
        of(format!(
            "{rule}\nTitle: Wells reopen\n\nFull text: {story}\n\nPublication title: Orun Courier\n\nProQuest document ID: 2912345678\n{rule}\nContact us"
        )),
        [story]
    );
}

#[test]
fn a_story_is_no_export() {
    for text in [
        format!("Wells reopen\n512 words\n{STORY}"),
        format!("Wells reopen\nMarch 4, 2026 | Orun Courier\n\n{STORY}"),
        format!("Document leaked\n\n{STORY}\nDocument 12 was signed on Friday."),
        format!("Wells reopen\n\nLength: 112 words\n\n{STORY}"),
        format!("Full text\n\n{STORY}\n\nSubject: wells"),
    ] {
        assert_eq!(read(&text), None, "{text}");
    }
}
